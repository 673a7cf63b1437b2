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

    /** Seen in a long run: a thread of the server remembered the last one only. */
    @Test
    void oneDeploymentThatAThreadOfTheServerRemembersIsNone() {
        undeploy(
                18_889, 19_995, 20_008, 20_017, 20_030, 20_059, 20_066, 20_077, 20_103, 20_102, 20_106, 20_108, 20_116);
        undeploy(20_117, 20_119, 20_143, 20_143, 21_161);
        assertThat(counts.areLeft()).isFalse();
    }

    @Test
    void countThatGrowsWithEveryOtherRedeploymentIsALeak() {
        undeploy(18_870, 19_971, 20_008, 21_035, 21_038, 22_063, 22_070, 23_151, 23_160, 24_200);
        assertThat(counts.areLeft()).isTrue();
    }

    @Test
    void countThatGrowsWithEveryRedeploymentIsALeak() {
        undeploy(18_870, 19_971, 21_020, 22_120, 23_210, 24_300);
        assertThat(counts.areLeft()).isTrue();
    }
}
