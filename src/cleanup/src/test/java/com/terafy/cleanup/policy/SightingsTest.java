package com.terafy.cleanup.policy;

import static com.terafy.cleanup.policy.Rows.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.terafy.cleanup.policy.Rows.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SightingsTest {

    private static final Row ORPHAN = psql().application(tag(DEAD_INSTANCE));

    private Sightings sightings = Sightings.USUAL;

    @Test
    void withoutALeaseFor90SecondsItIsGone() {
        assertThat(sightings.gone()).isEmpty();
        look(0, 30, 60, 89);
        assertThat(sightings.gone()).isEmpty();
        look(90);
        assertThat(sightings.gone()).containsExactly(DEAD_INSTANCE);
    }

    @Test
    void howManyLooksThereAreDoesNotMatter() {
        for (int second = 0; second < 90; second++) {
            look(second);
        }
        assertThat(sightings.gone()).isEmpty();
    }

    @Test
    void aLookThatSeesTheLeaseBeginsAnew() {
        look(0, 30, 60);
        sightings = sightings.after(List.of(ORPHAN.row()), Set.of(DEAD_INSTANCE), at(70));
        look(90, 120, 150, 179);
        assertThat(sightings.gone()).isEmpty();
        look(180);
        assertThat(sightings.gone()).containsExactly(DEAD_INSTANCE);
    }

    @Test
    void aGapBeginsAnew() {
        look(0, 30, 60, 105);
        assertThat(sightings.gone()).containsExactly(DEAD_INSTANCE);
        sightings = Sightings.USUAL;
        look(0, 30, 60, 106);
        assertThat(sightings.gone()).isEmpty();
        sightings = Sightings.USUAL;
        look(0, 1000);
        assertThat(sightings.gone()).isEmpty();
    }

    @Test
    void aClockThatWentBackBeginsAnew() {
        look(0, 30, 60, 59, 90, 120, 148);
        assertThat(sightings.gone()).isEmpty();
        look(149);
        assertThat(sightings.gone()).containsExactly(DEAD_INSTANCE);
    }

    @Test
    void aFailedLookBeginsAnew() {
        look(0, 30, 60);
        sightings = sightings.forgotten();
        look(90, 120, 150, 179);
        assertThat(sightings.gone()).isEmpty();
    }

    @Test
    void aStateThatChangedIsASignOfLife() {
        look(0, 30, 60);
        sightings = sightings.after(
                List.of(ORPHAN.row(), ORPHAN.idleFor(Duration.ofSeconds(-61)).row()), Set.of(), at(90));
        look(120, 150, 179);
        assertThat(sightings.gone()).isEmpty();
        look(180);
        assertThat(sightings.gone()).containsExactly(DEAD_INSTANCE);
    }

    @Test
    void aBackendThatWasStartedIsASignOfLife() {
        look(0, 30, 60);
        Row young = ORPHAN.startedAt(at(61)).idleFor(Duration.ofDays(1));
        sightings = sightings.after(List.of(young.row()), Set.of(), at(90));
        look(120, 150, 179);
        assertThat(sightings.gone()).isEmpty();
        look(180);
        assertThat(sightings.gone()).containsExactly(DEAD_INSTANCE);
    }

    /** A lease that came with the sign of life may have been held unseen until just before the look. */
    @Test
    void aSignOfLifeCountsFromTheLookThatShowsIt() {
        look(0, 45);
        Row awake = ORPHAN.idleFor(Duration.ofSeconds(-46));
        for (int second : new int[] {90, 135, 179}) {
            sightings = sightings.after(List.of(awake.row()), Set.of(), at(second));
        }
        assertThat(sightings.gone()).isEmpty();
    }

    @Test
    void anInstanceWithoutBackendsIsForgotten() {
        look(0, 30, 60);
        sightings = sightings.after(List.of(psql().row()), Set.of(), at(90));
        look(91);
        assertThat(sightings.gone()).isEmpty();
    }

    @Test
    void aGapAsLongAsTheAbsenceIsRefused() {
        Duration absence = Duration.ofSeconds(90);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Sightings.none(absence, absence))
                .withMessageContaining("PT1M30S");
    }

    private void look(int... seconds) {
        for (int second : seconds) {
            sightings = sightings.after(List.of(ORPHAN.row()), Set.of(LIVE_INSTANCE), at(second));
        }
    }

    private static Instant at(int second) {
        return NOW.plusSeconds(second);
    }
}
