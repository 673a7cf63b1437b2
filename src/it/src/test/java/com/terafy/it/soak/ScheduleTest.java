package com.terafy.it.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {

    private static final int MANY = 200;

    private static List<Step> steps(long seed) {
        Schedule schedule = new Schedule(seed);
        return Stream.generate(schedule::next).limit(MANY).toList();
    }

    @Test
    void sameSeedGivesTheSameSteps() {
        assertThat(steps(4711)).isEqualTo(steps(4711));
    }

    @Test
    void anotherSeedGivesOtherSteps() {
        assertThat(steps(4711)).isNotEqualTo(steps(4712));
    }

    /** A printed seed means the same on another machine. */
    @Test
    void firstStepsOfASeedAreKnown() {
        assertThat(steps(4711).subList(0, 3))
                .extracting(Step::fault)
                .containsExactly(Fault.FREEZE_NETWORK, Fault.RESIZE, Fault.REFUSE);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, Long.MAX_VALUE})
    void shortRunSeesEveryFault(long seed) {
        assertThat(steps(seed).subList(0, Fault.values().length))
                .extracting(Step::fault)
                .containsExactlyInAnyOrder(Fault.values());
    }
}
