package com.terafy.pool.hosts;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.pool.hosts.LagTrace.Mark;
import com.terafy.pool.hosts.LagTrace.Replay;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LagTraceTest {

    private static final Optional<Duration> HOUR = Optional.of(Duration.ofHours(1));

    private final LagTrace trace = new LagTrace();

    private Optional<Duration> at(int second, boolean receives, long received, long replayed) {
        return trace.look(
                Duration.ofSeconds(second).toNanos(), new Replay(receives, received, replayed, HOUR), Optional.empty());
    }

    /** The primary was asked in the same second. */
    private Optional<Duration> at(int second, long primary, long replayed) {
        long now = Duration.ofSeconds(second).toNanos();
        return trace.look(now, new Replay(true, replayed, replayed, HOUR), Optional.of(new Mark(now, primary)));
    }

    @Test
    void anIdlePrimaryMakesNoLag() {
        assertThat(at(0, true, 100, 100)).contains(Duration.ZERO);
        assertThat(at(5000, true, 100, 100)).contains(Duration.ZERO);
    }

    @Test
    void whatIsReceivedAndNotReplayedIsBehindSinceItWasReceived() {
        at(0, true, 100, 100);
        assertThat(at(1, true, 200, 100)).contains(Duration.ofSeconds(1));
        assertThat(at(2, true, 300, 100)).contains(Duration.ofSeconds(2));
        assertThat(at(3, true, 400, 250)).contains(Duration.ofSeconds(2));
        assertThat(at(4, true, 500, 400)).contains(Duration.ofSeconds(1));
        assertThat(at(5, true, 500, 500)).contains(Duration.ZERO);
    }

    @Test
    void aLongTransactionThatIsReplayedAsItComesMakesNoLagBeyondALook() {
        for (int second = 0; second < 1000; second++) {
            at(second, true, 100 * (second + 1), 100 * second);
        }
        assertThat(at(1000, true, 100_100, 100_000)).contains(Duration.ofSeconds(1));
    }

    @Test
    void whoReceivesNothingIsBehindSinceItWasSeenUpToDate() {
        at(0, true, 100, 100);
        assertThat(at(7, false, 100, 100)).contains(Duration.ofSeconds(7));
        assertThat(at(8, true, 100, 100)).as("it has only just connected").contains(Duration.ofSeconds(8));
        assertThat(at(9, true, 100, 100)).contains(Duration.ZERO);
    }

    @Test
    void whatWasNeverSeenUpToDateIsAsFarBehindAsItsLastTransaction() {
        assertThat(at(0, false, 0, 100)).isEqualTo(HOUR);
        assertThat(new LagTrace().look(0, new Replay(true, 200, 100, Optional.empty()), Optional.empty()))
                .isEmpty();
    }

    @Test
    void oneThatIsBehindForLongIsNotRememberedForEver() {
        at(0, true, 100, 100);
        for (int second = 1; second < 10_000; second++) {
            assertThat(at(second, true, 100 + second, 100)).contains(Duration.ofSeconds(second));
        }
        assertThat(at(10_000, true, 20_000, 20_000)).get().isNotEqualTo(Duration.ofSeconds(10_000));
        assertThat(at(10_001, true, 20_000, 20_000)).contains(Duration.ZERO);
    }

    @Test
    void whatThePrimaryHasWrittenIsWhatCounts() {
        assertThat(at(0, 100, 100)).contains(Duration.ZERO);
        for (int second = 1; second < 50; second++) { // it replays as it receives, far behind
            assertThat(at(second, 1_000_000 + second, 100 + second)).contains(Duration.ofSeconds(second));
        }
        assertThat(at(50, 1_000_050, 1_000_048)).contains(Duration.ofSeconds(2));
        assertThat(at(51, 1_000_050, 1_000_050)).contains(Duration.ZERO);
    }

    @Test
    void whatWasBelievedBeforeThePrimaryWasAskedIsForgotten() {
        assertThat(at(0, true, 100, 100)).contains(Duration.ZERO);
        assertThat(at(1, 1_000_000, 100)).isEqualTo(HOUR);
        assertThat(at(2, 1_000_000, 1_000_000)).contains(Duration.ZERO);
    }

    @Test
    void withoutThePrimaryItCountsOnFromWhatIsKnown() {
        at(0, 100, 100);
        assertThat(at(7, false, 100, 100)).contains(Duration.ofSeconds(7));
    }

    @Test
    void oneThatWasMadeAnewIsAnotherOne() {
        at(0, 100, 100);
        assertThat(at(1, 100, 50)).isEqualTo(HOUR);
    }
}
