package com.terafy.it.soak;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClassCountsTest {

    private final ClassCounts counts = new ClassCounts();

    private void undeploy(int... loaded) {
        for (int count : loaded) {
            counts.undeployed(count);
        }
    }

    @Test
    void countThatLevelsOutIsNone() {
        undeploy(18_870, 19_971, 21_020, 21_035, 21_038, 21_063, 21_070, 21_151);
        assertThat(counts.areLeft()).isFalse();
    }

    @Test
    void countThatGrowsWithEveryRedeploymentIsALeak() {
        undeploy(18_870, 19_971, 21_020, 22_120, 23_210, 24_300);
        assertThat(counts.areLeft()).isTrue();
    }
}
