package com.terafy.monitor.backends;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.monitor.backends.DatabaseCounters.Rates;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DatabaseCountersTest {

    private static final Instant START = Instant.parse("2026-03-02T10:00:00Z");

    private static DatabaseCounters at(int second, long commits, long rollbacks, long hits, long reads) {
        return new DatabaseCounters(
                START.plusSeconds(second), START, Optional.empty(), commits, rollbacks, hits, reads);
    }

    @Test
    void ratesAreTheDifferenceOfTwoReadings() {
        assertThat(at(14, 130, 7, 190, 30).since(at(10, 100, 5, 100, 20)))
                .contains(new Rates(7.5, 0.5, Optional.of(0.9)));
    }

    @Test
    void whereNoBlockWasReadThereIsNoShareOfHits() {
        assertThat(at(14, 100, 5, 100, 20).since(at(10, 100, 5, 100, 20))).contains(new Rates(0, 0, Optional.empty()));
    }

    @Test
    void overTooShortATimeNothingIsSaid() {
        assertThat(at(11, 130, 7, 190, 30).since(at(10, 100, 5, 100, 20))).isEmpty();
    }

    @Test
    void countersOfAnotherServerOrAfterAResetAreNoContinuation() {
        DatabaseCounters earlier = at(10, 100, 5, 100, 20);
        DatabaseCounters later = at(14, 130, 7, 190, 30);
        assertThat(new DatabaseCounters(later.at(), START.plusSeconds(1), later.reset(), 130, 7, 190, 30)
                        .since(earlier))
                .isEmpty();
        assertThat(new DatabaseCounters(later.at(), START, Optional.of(START), 130, 7, 190, 30).since(earlier))
                .isEmpty();
        assertThat(at(14, 99, 7, 190, 30).since(earlier)).isEmpty();
        assertThat(at(14, 130, 4, 190, 30).since(earlier)).isEmpty();
        assertThat(at(14, 130, 7, 99, 30).since(earlier)).isEmpty();
        assertThat(at(14, 130, 7, 190, 19).since(earlier)).isEmpty();
        assertThat(at(9, 130, 7, 190, 30).since(earlier)).isEmpty();
    }
}
