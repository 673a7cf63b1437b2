package com.terafy.cleanup.policy;

import static com.terafy.cleanup.policy.Rows.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SightingsTest {

    private Sightings sightings = Sightings.none(Absence.USUAL);

    @Test
    void whoIsSilentInEveryLookOf90SecondsHasGone() {
        look(0, 1, 30, 60, 89);
        assertThat(sightings.gone()).isEmpty();
        look(90);
        assertThat(sightings.gone()).containsExactly(DEAD_INSTANCE);
        look(120);
        assertThat(sightings.gone()).containsExactly(DEAD_INSTANCE);
    }

    @Test
    void aLookThatSeesASignOfLifeBeginsAnew() {
        look(0, 30, 60);
        sightings = sightings.after(Set.of(LIVE_INSTANCE), at(80));
        look(90, 120, 150, 179);
        assertThat(sightings.gone()).isEmpty();
        look(180);
        assertThat(sightings.gone()).containsExactly(DEAD_INSTANCE);
    }

    /** A session that has ended takes its last sign of life with it: in between there may have been some. */
    @Test
    void aGapBeginsAnew() {
        look(0, 45, 90);
        assertThat(sightings.gone()).containsExactly(DEAD_INSTANCE);
        look(136, 181, 225);
        assertThat(sightings.gone()).isEmpty();
        look(226);
        assertThat(sightings.gone()).containsExactly(DEAD_INSTANCE);
    }

    @Test
    void whoComesBackIsNotGone() {
        look(0, 30, 60, 90);
        sightings = sightings.after(Set.of(), at(91));
        assertThat(sightings.gone()).isEmpty();
    }

    @Test
    void twoLooksProveNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Absence(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(1)))
                .withMessageContaining("PT1S");
    }

    private void look(int... seconds) {
        for (int second : seconds) {
            sightings = sightings.after(Set.of(DEAD_INSTANCE), at(second));
        }
    }

    /** A clock that has no beginning, and is about to overflow. */
    private static long at(int seconds) {
        return Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(10) + TimeUnit.SECONDS.toNanos(seconds);
    }
}
