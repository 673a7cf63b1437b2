package com.terafy.pool.reaping;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.pool.ledger.Entry;
import com.terafy.pool.ledger.FakeTicker;
import com.terafy.pool.ledger.Ledger;
import com.terafy.pool.statistics.PoolCounters;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SweepPolicyTest {

    private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(4);
    private static final Duration LIFETIME = Duration.ofMinutes(30);

    private final FakeTicker ticker = new FakeTicker();
    private final Ledger ledger = new Ledger(0, LIFETIME, false, ticker, new PoolCounters());
    private final SweepPolicy policy = new SweepPolicy(IDLE_TIMEOUT);
    private final Entry entry = ledger.enter(4711, Instant.EPOCH);

    private SweepVerdict verdict() {
        return policy.judge(entry, ticker.nanoTime());
    }

    private void use() {
        ledger.tryBorrow(entry, ticker.nanoTime());
        ledger.giveBack(entry);
    }

    @Test
    void aFreshConnectionIsValidated() {
        assertThat(verdict()).isEqualTo(SweepVerdict.VALIDATE);
    }

    @Test
    void exactlyAtTheIdleTimeoutItIsStillValidated() {
        ticker.advance(IDLE_TIMEOUT);

        assertThat(verdict()).isEqualTo(SweepVerdict.VALIDATE);
    }

    @Test
    void longerThanTheIdleTimeoutItIsReaped() {
        ticker.advance(IDLE_TIMEOUT.plusNanos(1));

        assertThat(verdict()).isEqualTo(SweepVerdict.REAP);
    }

    @Test
    void idleTimeCountsFromTheReturn() {
        ticker.advance(IDLE_TIMEOUT);
        use();
        ticker.advance(IDLE_TIMEOUT);

        assertThat(verdict()).isEqualTo(SweepVerdict.VALIDATE);
    }

    @Test
    void anOldOneInFrequentUseIsReplaced() {
        ticker.advance(LIFETIME.minus(IDLE_TIMEOUT));
        use();
        ticker.advance(IDLE_TIMEOUT);

        assertThat(verdict()).isEqualTo(SweepVerdict.REPLACE);
    }

    @Test
    void anOldOneThatIsIdleTooLongIsReapedNotReplaced() {
        ticker.advance(LIFETIME);

        assertThat(verdict()).isEqualTo(SweepVerdict.REAP);
    }

    @Test
    void theVerdictChangesNothing() {
        ticker.advance(LIFETIME);
        verdict();

        assertThat(ledger.usable()).isEqualTo(1);
        assertThat(verdict()).isEqualTo(SweepVerdict.REAP);
    }
}
