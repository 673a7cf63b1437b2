package com.terafy.pool.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.ConnectionState;
import com.terafy.api.EvictionReason;
import com.terafy.pool.statistics.PoolCounters;
import com.terafy.pool.time.Ticker;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Two threads on the same connection at the same moment, many times, on a fresh ledger each time; each test states every
 * outcome that is allowed.
 */
class LedgerRaceTest {

    private static final int ROUNDS = 2_000;
    private static final int MIN = 1;

    private final Duel duel = new Duel();
    private PoolCounters counters = new PoolCounters();
    private Ledger ledger = fresh();

    private Ledger fresh() {
        counters = new PoolCounters();
        ledger = new Ledger(MIN, Duration.ZERO, false, Ticker.SYSTEM, counters);
        return ledger;
    }

    private Entry enter() {
        return ledger.enter(4711, Instant.EPOCH);
    }

    private boolean borrow(Entry entry) {
        return ledger.tryBorrow(entry, System.nanoTime());
    }

    private void checkBooks() {
        LedgerInvariants.check(ledger, counters.snapshot("TerafyDS", MIN, 10, ledger.occupancy()));
    }

    @AfterEach
    void endThreads() {
        duel.close();
    }

    private boolean reap(Entry entry) {
        return ledger.tryClaim(entry) && (ledger.tryReap(entry) || !ledger.giveBack(entry));
    }

    @Test
    void ofSweepAndBorrowExactlyOneGetsTheConnection() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            fresh();
            enter();
            Entry entry = enter();

            var outcome = duel.fight(() -> reap(entry), () -> borrow(entry));

            assertThat(outcome.first()).isNotEqualTo(outcome.second());
            assertThat(entry.state()).isEqualTo(outcome.first() ? ConnectionState.RETIRED : ConnectionState.IN_USE);
            checkBooks();
        }
    }

    @Test
    void ofTwoSweepsAtMostOneTakesTheLastConnectionAboveTheMinimum() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            fresh();
            Entry one = enter();
            Entry other = enter();

            var outcome = duel.fight(() -> reap(one), () -> reap(other));

            assertThat(outcome.first() ^ outcome.second()).isTrue();
            assertThat(ledger.usable()).isEqualTo(MIN);
            checkBooks();
        }
    }

    @Test
    void anErrorAsTheConnectionComesBackIsNeverLost() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            fresh();
            Entry entry = enter();
            borrow(entry);

            var outcome =
                    duel.fight(() -> ledger.breakDown(entry, EvictionReason.FATAL_ERROR), () -> ledger.giveBack(entry));

            assertThat(outcome.first()).isTrue();
            assertThat(entry.state()).isEqualTo(ConnectionState.BROKEN);
            assertThat(borrow(entry)).isFalse();
            assertThat(ledger.usable()).isZero();
            checkBooks();
        }
    }

    @Test
    void ofTwoErrorsOneIsReported() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            fresh();
            Entry entry = enter();
            borrow(entry);

            var outcome = duel.fight(
                    () -> ledger.breakDown(entry, EvictionReason.FATAL_ERROR),
                    () -> ledger.breakDown(entry, EvictionReason.ABORTED));

            assertThat(outcome.first() ^ outcome.second()).isTrue();
            checkBooks();
        }
    }

    @Test
    void destroyedWhileItIsBorrowedItStaysDestroyed() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            fresh();
            Entry entry = enter();

            var outcome = duel.fight(() -> ledger.strikeOff(entry), () -> borrow(entry));

            assertThat(outcome.first()).isTrue();
            assertThat(entry.state()).isEqualTo(ConnectionState.DESTROYED);
            assertThat(ledger.giveBack(entry)).isFalse();
            assertThat(ledger.usable()).isZero();
            checkBooks();
        }
    }

    @Test
    void destroyedAsItComesBackItsUseIsRecordedOnce() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            fresh();
            Entry entry = enter();
            borrow(entry);

            var outcome = duel.fight(() -> ledger.strikeOff(entry), () -> ledger.giveBack(entry));

            assertThat(outcome.first()).isTrue();
            assertThat(entry.state()).isEqualTo(ConnectionState.DESTROYED);
            assertThat(counters.snapshot("", MIN, 10, ledger.occupancy())
                            .useTime()
                            .count())
                    .isEqualTo(1);
            checkBooks();
        }
    }

    @Test
    void ofTwoDestroyersOneStrikesOff() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            fresh();
            Entry entry = enter();

            var outcome = duel.fight(() -> ledger.strikeOff(entry), () -> ledger.strikeOff(entry));

            assertThat(outcome.first() ^ outcome.second()).isTrue();
            checkBooks();
        }
    }

    @Test
    void aReapedConnectionThatIsFoundBrokenIsCountedOnce() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            fresh();
            enter();
            Entry entry = enter();

            var outcome = duel.fight(
                    () -> ledger.tryClaim(entry) && ledger.tryReap(entry),
                    () -> ledger.breakDown(entry, EvictionReason.FOUND_DEAD));
            ledger.strikeOff(entry);

            assertThat(outcome.first() ^ outcome.second()).isTrue();
            checkBooks();
        }
    }
}
