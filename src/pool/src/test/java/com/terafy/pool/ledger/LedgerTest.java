package com.terafy.pool.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.ConnectionState;
import com.terafy.api.EvictionReason;
import com.terafy.api.PoolStatistics;
import com.terafy.pool.statistics.Occupancy;
import com.terafy.pool.statistics.PoolCounters;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LedgerTest {

    private static final int MIN = 2;
    private static final int MAX = 10;
    private static final Duration LIFETIME = Duration.ofMinutes(30);

    private final FakeTicker ticker = new FakeTicker();
    private final PoolCounters counters = new PoolCounters();
    private final Ledger ledger = new Ledger(MIN, LIFETIME, false, ticker, counters);

    private Entry enter() {
        return ledger.enter(4711, Instant.EPOCH);
    }

    private List<Entry> enter(int count) {
        return Stream.generate(this::enter).limit(count).toList();
    }

    private PoolStatistics statistics() {
        return counters.snapshot("TerafyDS", MIN, MAX, ledger.occupancy());
    }

    private long evictions() {
        return statistics().evicted().values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    @AfterEach
    void theBooksBalance() {
        LedgerInvariants.check(ledger, statistics());
    }

    @Test
    void aNewConnectionIsIdleAndCounted() {
        Entry first = enter();
        Entry second = enter();

        assertThat(first.state()).isEqualTo(ConnectionState.IDLE);
        assertThat(ledger.usable()).isEqualTo(2);
        assertThat(ledger.entries()).containsExactly(first, second);
        assertThat(statistics())
                .extracting(PoolStatistics::created, PoolStatistics::idle)
                .containsExactly(2L, 2);
    }

    @Test
    void aConnectionIsHandedOutToOneBorrowerOnly() {
        Entry entry = enter();

        assertThat(ledger.tryBorrow(entry, ticker.nanoTime())).isTrue();
        assertThat(ledger.tryBorrow(entry, ticker.nanoTime())).isFalse();

        assertThat(entry.borrow().thread()).isSameAs(Thread.currentThread());
        assertThat(statistics().borrows()).isEqualTo(1);
        assertThat(statistics().inUse()).isEqualTo(1);
    }

    @Test
    void theRecordOfUseIsKept() {
        Entry entry = enter();
        long opened = ticker.nanoTime();
        ticker.advance(Duration.ofSeconds(5));
        long borrowed = ticker.nanoTime();
        ledger.tryBorrow(entry, borrowed);
        ticker.advance(Duration.ofSeconds(3));

        assertThat(ledger.giveBack(entry)).isTrue();

        assertThat(entry.createdNanos()).isEqualTo(opened);
        assertThat(entry.lastBorrowedNanos()).isEqualTo(borrowed);
        assertThat(entry.lastUsedNanos()).isEqualTo(ticker.nanoTime());
        assertThat(entry.timesBorrowed()).isEqualTo(1);
        assertThat(entry.busyNanos()).isEqualTo(Duration.ofSeconds(3).toNanos());
        assertThat(entry.borrow()).isNull();
        assertThat(statistics().useTime().sum()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void givingBackTwiceIsHarmless() {
        Entry entry = enter();
        ledger.tryBorrow(entry, ticker.nanoTime());

        assertThat(ledger.giveBack(entry)).isTrue();
        assertThat(ledger.giveBack(entry)).isTrue();

        assertThat(statistics().useTime().count()).isEqualTo(1);
    }

    /** As a sweep does. */
    private boolean reap(Entry entry) {
        return ledger.tryClaim(entry) && (ledger.tryReap(entry) || !ledger.giveBack(entry));
    }

    @Test
    void aClaimedConnectionIsNobodysAndComesBackAsUnusedAsItWas() {
        Entry entry = enter();
        long lastUsed = entry.lastUsedNanos();
        ticker.advance(Duration.ofMinutes(1));

        assertThat(ledger.tryClaim(entry)).isTrue();

        assertThat(entry.isClaimed()).isTrue();
        assertThat(ledger.occupancy()).isEqualTo(new Occupancy(1, 0));
        assertThat(ledger.tryClaim(entry)).isFalse();
        assertThat(ledger.tryBorrow(entry, ticker.nanoTime())).isFalse();
        assertThat(ledger.tryRetire(entry, EvictionReason.FLUSH)).isFalse();

        assertThat(ledger.giveBack(entry)).isTrue();

        assertThat(entry.isClaimed()).isFalse();
        assertThat(entry.lastUsedNanos()).isEqualTo(lastUsed);
        assertThat(statistics().useTime().count()).isZero();
        assertThat(entry.timesBorrowed()).isZero();
    }

    @Test
    void oneToBeRetiredIsNotLent() {
        Entry entry = enter();
        ledger.tryClaim(entry);
        entry.retireOnReturn(EvictionReason.FLUSH);

        assertThat(ledger.lend(entry, ticker.nanoTime())).isFalse();

        assertThat(entry.state()).isEqualTo(ConnectionState.RETIRED);
        assertThat(ledger.usable()).isZero();
    }

    @Test
    void oneThatEndedMeanwhileIsNotLent() {
        Entry entry = enter();
        ledger.tryClaim(entry);
        ledger.strikeOff(entry);

        assertThat(ledger.lend(entry, ticker.nanoTime())).isFalse();

        assertThat(entry.borrow()).isNull();
        assertThat(entry.timesBorrowed()).isZero();
    }

    @Test
    void onlyAClaimedConnectionIsReaped() {
        List<Entry> entries = enter(4);
        ledger.tryBorrow(entries.get(0), ticker.nanoTime());

        assertThat(ledger.tryReap(entries.get(0))).isFalse();
        assertThat(ledger.tryReap(entries.get(1))).isFalse();

        assertThat(ledger.usable()).isEqualTo(4);
    }

    @Test
    void reapingNeverGoesBelowTheMinimum() {
        List<Entry> entries = enter(MAX);

        List<Entry> reaped = entries.stream().filter(this::reap).toList();

        assertThat(reaped).hasSize(MAX - MIN);
        assertThat(ledger.usable()).isEqualTo(MIN);
        assertThat(statistics().reaped()).isEqualTo(MAX - MIN);
    }

    @Test
    void connectionsInUseCountForTheMinimum() {
        List<Entry> entries = enter(3);
        ledger.tryBorrow(entries.get(0), ticker.nanoTime());
        ledger.tryBorrow(entries.get(1), ticker.nanoTime());

        assertThat(reap(entries.get(2))).isTrue();
    }

    @Test
    void whatIsClosedAlreadyDoesNotCountForTheMinimum() {
        List<Entry> entries = enter(4);
        ledger.breakDown(entries.get(0), EvictionReason.FATAL_ERROR);
        ledger.tryRetire(entries.get(1), EvictionReason.FLUSH);

        assertThat(reap(entries.get(2))).isFalse();
        assertThat(entries.get(2).state()).isEqualTo(ConnectionState.IDLE);
    }

    @Test
    void aBorrowedConnectionIsNotReapedAndTheCountStays() {
        List<Entry> entries = enter(4);
        ledger.tryBorrow(entries.get(0), ticker.nanoTime());

        assertThat(reap(entries.get(0))).isFalse();
        assertThat(ledger.usable()).isEqualTo(4);
        assertThat(statistics().reaped()).isZero();
    }

    @Test
    void aReapedConnectionIsNotHandedOut() {
        List<Entry> entries = enter(3);
        reap(entries.get(0));

        assertThat(ledger.tryBorrow(entries.get(0), ticker.nanoTime())).isFalse();
    }

    @Test
    void reapingIsCountedOnceAndIsNoEviction() {
        List<Entry> entries = enter(3);
        Entry reaped = entries.get(0);
        reap(reaped);
        reap(reaped);
        ledger.breakDown(reaped, EvictionReason.FOUND_DEAD);
        ledger.strikeOff(reaped);

        assertThat(statistics().reaped()).isEqualTo(1);
        assertThat(evictions()).isZero();
    }

    @Test
    void oneIsStruckOffOnce() {
        Entry entry = enter();

        assertThat(ledger.strikeOff(entry)).isTrue();
        assertThat(ledger.strikeOff(entry)).isFalse();

        assertThat(ledger.entries()).isEmpty();
        assertThat(ledger.usable()).isZero();
        assertThat(statistics().evicted()).containsEntry(EvictionReason.CONTAINER, 1L);
    }

    @Test
    void aBreakdownIsReportedByTheFirstOnly() {
        Entry entry = enter();
        ledger.tryBorrow(entry, ticker.nanoTime());

        assertThat(ledger.breakDown(entry, EvictionReason.FATAL_ERROR)).isTrue();
        assertThat(ledger.breakDown(entry, EvictionReason.ABORTED)).isFalse();
        ledger.strikeOff(entry);

        assertThat(statistics().evicted()).containsEntry(EvictionReason.FATAL_ERROR, 1L);
        assertThat(evictions()).isEqualTo(1);
    }

    @Test
    void aBrokenConnectionIsInUseUntilItsBorrowerHasLostIt() {
        Entry entry = enter();
        ledger.tryBorrow(entry, ticker.nanoTime());
        ledger.breakDown(entry, EvictionReason.FATAL_ERROR);
        assertThat(statistics().inUse()).isEqualTo(1);
        ticker.advance(Duration.ofSeconds(2));

        ledger.strikeOff(entry);

        assertThat(statistics().total()).isZero();
        assertThat(statistics().useTime().count()).isEqualTo(1);
        assertThat(statistics().useTime().sum()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void aBrokenOneThatComesBackIsNotHandedOutAgain() {
        Entry entry = enter();
        ledger.tryBorrow(entry, ticker.nanoTime());
        ledger.breakDown(entry, EvictionReason.FATAL_ERROR);

        assertThat(ledger.giveBack(entry)).isFalse();
        assertThat(entry.state()).isEqualTo(ConnectionState.BROKEN);
    }

    @Test
    void oneToRetireOnReturnIsRetiredAsItComesBack() {
        Entry entry = enter();
        ledger.tryBorrow(entry, ticker.nanoTime());
        entry.retireOnReturn(EvictionReason.FLUSH);

        assertThat(ledger.giveBack(entry)).isFalse();
        assertThat(entry.state()).isEqualTo(ConnectionState.RETIRED);
        assertThat(ledger.usable()).isZero();
        ledger.strikeOff(entry);

        assertThat(statistics().evicted()).containsEntry(EvictionReason.FLUSH, 1L);
        assertThat(evictions()).isEqualTo(1);
    }

    @Test
    void oneToRetireOnReturnThatIsReapedFirstIsNoEviction() {
        Entry entry = enter(3).get(0);
        entry.retireOnReturn(EvictionReason.FLUSH);

        reap(entry);
        ledger.strikeOff(entry);

        assertThat(statistics().reaped()).isEqualTo(1);
        assertThat(evictions()).isZero();
    }

    @Test
    void anExpiredOneIsRetiredAsItComesBack() {
        Entry entry = enter();
        ledger.tryBorrow(entry, ticker.nanoTime());
        ticker.advance(LIFETIME);

        assertThat(ledger.giveBack(entry)).isFalse();
        ledger.strikeOff(entry);

        assertThat(statistics().evicted()).containsEntry(EvictionReason.LIFETIME, 1L);
    }

    @Test
    void connectionsOfOneBurstExpireApartButNeverLate() {
        List<Entry> burst = enter(200);

        ticker.advance(LIFETIME.multipliedBy(9).dividedBy(10).minusNanos(1));
        assertThat(burst).noneMatch(entry -> entry.isExpired(ticker.nanoTime()));
        ticker.advance(LIFETIME.dividedBy(20));
        assertThat(burst.stream()
                        .filter(entry -> entry.isExpired(ticker.nanoTime()))
                        .count())
                .isBetween(50L, 150L);
        ticker.advance(LIFETIME.dividedBy(20).plusNanos(1));
        assertThat(burst).allMatch(entry -> entry.isExpired(ticker.nanoTime()));
    }

    @Test
    void withoutALifetimeNothingExpires() {
        Entry entry = new Ledger(MIN, Duration.ZERO, false, ticker, new PoolCounters()).enter(1, Instant.EPOCH);

        ticker.advance(Duration.ofDays(365));

        assertThat(entry.isExpired(ticker.nanoTime())).isFalse();
    }

    @Test
    void retiringTakesNoHeedOfTheMinimumAndGivesTheReason() {
        Entry entry = enter();

        assertThat(ledger.tryRetire(entry, EvictionReason.LIFETIME)).isTrue();
        assertThat(ledger.tryRetire(entry, EvictionReason.FLUSH)).isFalse();
        ledger.strikeOff(entry);

        assertThat(statistics().evicted()).containsEntry(EvictionReason.LIFETIME, 1L);
        assertThat(evictions()).isEqualTo(1);
    }

    @Test
    void eachReasonIsCountedByItself() {
        for (EvictionReason reason : EvictionReason.values()) {
            Entry entry = enter();
            ledger.breakDown(entry, reason);
            ledger.strikeOff(entry);
        }

        assertThat(statistics().evicted())
                .hasSize(EvictionReason.values().length)
                .allSatisfy(
                        (reason, count) -> assertThat(count).as(reason.name()).isEqualTo(1));
    }

    @Test
    void aStackIsRecordedOnlyWhenWanted() {
        Ledger recording = new Ledger(MIN, LIFETIME, true, ticker, new PoolCounters());
        Entry with = recording.enter(1, Instant.EPOCH);
        Entry without = enter();

        recording.tryBorrow(with, ticker.nanoTime());
        ledger.tryBorrow(without, ticker.nanoTime());

        assertThat(with.borrow().stack().getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals(LedgerTest.class.getName()));
        assertThat(without.borrow().stack()).isNull();
    }

    @Test
    void aLeakIsReportedOnceForEachBorrow() {
        Entry entry = enter();
        ledger.tryBorrow(entry, ticker.nanoTime());
        Borrow first = entry.borrow();
        assertThat(entry.claimLeakReport(first)).isTrue();
        assertThat(entry.claimLeakReport(first)).isFalse();
        ledger.giveBack(entry);
        ticker.advance(Duration.ofNanos(1));
        ledger.tryBorrow(entry, ticker.nanoTime());

        assertThat(entry.claimLeakReport(entry.borrow())).isTrue();
    }

    @Test
    void totalIsIdleAndInUseAndBeingCreated() {
        List<Entry> entries = enter(5);
        ledger.tryBorrow(entries.get(0), ticker.nanoTime());
        ledger.tryRetire(entries.get(1), EvictionReason.FLUSH);
        ledger.breakDown(entries.get(2), EvictionReason.FOUND_DEAD);
        counters.creationBegan();
        counters.creationBegan();
        counters.creationEnded(false, 1);

        assertThat(statistics())
                .extracting(
                        PoolStatistics::total,
                        PoolStatistics::idle,
                        PoolStatistics::inUse,
                        PoolStatistics::beingCreated)
                .containsExactly(6, 4, 1, 1);
        assertThat(statistics().creationFailures()).isEqualTo(1);
    }
}
