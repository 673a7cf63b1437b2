package com.terafy.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a policy may be. */
class RetryPolicyTest {

    private static final RetryPolicy POLICY = RetryPolicy.of(5, Duration.ofSeconds(30));

    @Test
    void withoutFurtherWordsItIsForEveryCause() {
        assertThat(POLICY.causes()).containsExactlyInAnyOrder(RetryCause.values());
        assertThat(POLICY.firstPause()).isLessThan(POLICY.longestPause());
    }

    @Test
    void causesAndPausesAreChosen() {
        RetryPolicy chosen = POLICY.only(RetryCause.DEADLOCK).withPauses(Duration.ZERO, Duration.ofMillis(5));

        assertThat(chosen)
                .isEqualTo(new RetryPolicy(
                        5, Duration.ofSeconds(30), Duration.ZERO, Duration.ofMillis(5), Set.of(RetryCause.DEADLOCK)));
    }

    @ParameterizedTest
    @CsvSource({
        "1, PT1S, PT0S, PT1S, attempts is 1",
        "1001, PT1S, PT0S, PT1S, attempts is 1001",
        "2, PT0S, PT0S, PT1S, time is PT0S",
        "2, PT-1S, PT0S, PT1S, time is PT-1S",
        "2, PT61M, PT0S, PT1S, time is PT1H1M",
        "2, PT1S, PT-1S, PT1S, firstPause is PT-1S",
        "2, PT1S, PT2S, PT1S, longestPause is PT1S",
        "2, PT1S, PT0S, PT61M, longestPause is PT1H1M",
    })
    void aWrongValueIsNamed(int attempts, Duration time, Duration first, Duration longest, String said) {
        Set<RetryCause> causes = Set.of(RetryCause.DEADLOCK);

        assertThatThrownBy(() -> new RetryPolicy(attempts, time, first, longest, causes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(said);
    }

    @Test
    void noCauseAtAllIsAMistake() {
        assertThatThrownBy(() -> new RetryPolicy(2, Duration.ofSeconds(1), Duration.ZERO, Duration.ZERO, Set.of()))
                .hasMessageContaining("causes is empty");
    }
}
