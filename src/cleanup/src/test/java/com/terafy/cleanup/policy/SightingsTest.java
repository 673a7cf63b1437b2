package com.terafy.cleanup.policy;

import static com.terafy.cleanup.policy.Rows.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SightingsTest {

    private static final List<BackendRow> ROWS = List.of(
            psql().application(tag(LIVE_INSTANCE)).row(),
            psql().application(tag(DEAD_INSTANCE)).row());
    private static final Quiet DEAD = Quiet.instance(DEAD_INSTANCE, ROWS);

    private Sightings sightings = Sightings.none(Absence.USUAL);

    @Test
    void whoIsSilentInEveryLookOf90SecondsHasGone() {
        look(0, 1, 30, 60, 89);
        assertThat(sightings.lasting()).isEmpty();
        look(90);
        assertThat(sightings.lasting()).containsExactly(DEAD);
        look(120);
        assertThat(sightings.lasting()).containsExactly(DEAD);
    }

    @Test
    void aLookThatSeesASignOfLifeBeginsAnew() {
        look(0, 30, 60);
        sightings = sightings.after(Set.of(Quiet.instance(LIVE_INSTANCE, ROWS)), at(80));
        look(90, 120, 150, 179);
        assertThat(sightings.lasting()).isEmpty();
        look(180);
        assertThat(sightings.lasting()).containsExactly(DEAD);
    }

    /** Whatever the server's clock says of how long ago that was. */
    @Test
    void whoHasMovedBeginsAnew() {
        look(0, 30, 60);
        List<BackendRow> moved = List.of(psql().application(tag(DEAD_INSTANCE))
                .idleFor(Duration.ofHours(5))
                .row());
        Quiet again = Quiet.instance(DEAD_INSTANCE, moved);
        for (int second : new int[] {80, 110, 140, 169}) {
            sightings = sightings.after(Set.of(again), at(second));
            assertThat(sightings.lasting()).isEmpty();
        }
        sightings = sightings.after(Set.of(again), at(170));
        assertThat(sightings.lasting()).containsExactly(again);
    }

    /** A session that has ended takes its last sign of life with it: in between there may have been some. */
    @Test
    void aGapBeginsAnew() {
        look(0, 45, 90);
        assertThat(sightings.lasting()).containsExactly(DEAD);
        look(136, 181, 225);
        assertThat(sightings.lasting()).isEmpty();
        look(226);
        assertThat(sightings.lasting()).containsExactly(DEAD);
    }

    @Test
    void whoComesBackIsNotGone() {
        look(0, 30, 60, 90);
        sightings = sightings.after(Set.of(), at(91));
        assertThat(sightings.lasting()).isEmpty();
    }

    @Test
    void twoLooksProveNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Absence(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(1)))
                .withMessageContaining("PT1S");
    }

    private void look(int... seconds) {
        for (int second : seconds) {
            sightings = sightings.after(Set.of(DEAD), at(second));
        }
    }

    /** A clock that has no beginning, and is about to overflow. */
    private static long at(int seconds) {
        return Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(10) + TimeUnit.SECONDS.toNanos(seconds);
    }
}
