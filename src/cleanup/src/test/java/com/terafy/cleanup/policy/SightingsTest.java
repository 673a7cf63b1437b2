package com.terafy.cleanup.policy;

import static com.terafy.cleanup.policy.Rows.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SightingsTest {

    private Sightings sightings = Sightings.none(Absence.USUAL);

    @Test
    void whoIsSilentInEveryLookOf30SecondsHasGone() {
        look(0, 1, 10, 29);
        assertThat(sightings.gone()).isEmpty();
        look(30);
        assertThat(sightings.gone()).containsExactly(DEAD_INSTANCE);
        look(300);
        assertThat(sightings.gone()).containsExactly(DEAD_INSTANCE);
    }

    @Test
    void aLookThatSeesASignOfLifeBeginsAnew() {
        look(0, 20);
        sightings = sightings.after(Set.of(LIVE_INSTANCE), at(25));
        look(26, 30, 55);
        assertThat(sightings.gone()).isEmpty();
        look(56);
        assertThat(sightings.gone()).containsExactly(DEAD_INSTANCE);
    }

    @Test
    void whoComesBackIsNotGone() {
        look(0, 30);
        sightings = sightings.after(Set.of(), at(31));
        assertThat(sightings.gone()).isEmpty();
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
