package com.terafy.api.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationTextTest {

    @ParameterizedTest
    @CsvSource({
        "0, PT0S, off",
        "off, PT0S, off",
        "0s, PT0S, off",
        "1ms, PT0.001S, 1ms",
        "500ms, PT0.5S, 500ms",
        "500 ms, PT0.5S, 500ms",
        "1000ms, PT1S, 1s",
        "30s, PT30S, 30s",
        "60s, PT1M, 1m",
        "90s, PT1M30S, 90s",
        "4m, PT4M, 4m",
        "4min, PT4M, 4m",
        "4 min, PT4M, 4m",
        "1h, PT1H, 1h",
        "90m, PT1H30M, 90m",
        "1d, PT24H, 24h",
        "PT4M, PT4M, 4m",
        "pt4m, PT4M, 4m",
        "PT1.5S, PT1.5S, 1500ms",
        "P1DT1H, PT25H, 25h"
    })
    void aDurationIsReadAndShownInItsLargestWholeUnit(String text, Duration duration, String shown) {
        assertThat(DurationText.parse(text)).contains(duration);
        assertThat(DurationText.show(duration)).isEqualTo(shown);
    }

    @Test
    void whatIsShownReadsAsTheSameDuration() {
        Random random = new Random(20251124);
        for (int i = 0; i < 10_000; i++) {
            Duration duration =
                    Duration.ofMillis(random.nextLong(Duration.ofDays(2).toMillis()));
            assertThat(DurationText.parse(DurationText.show(duration))).contains(duration);
        }
    }
}
