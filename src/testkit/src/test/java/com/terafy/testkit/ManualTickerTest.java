package com.terafy.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ManualTickerTest {

    @Test
    void onlyTheTestMovesTheClock() {
        ManualTicker ticker = new ManualTicker(5);

        ticker.advance(Duration.ofNanos(7));

        assertThat(ticker.nanoTime()).isEqualTo(12);
        assertThat(ticker.nanoTime()).isEqualTo(12);
    }

    @Test
    void readingsOverflowAndTheirDifferenceDoesNot() {
        ManualTicker ticker = new ManualTicker();
        long before = ticker.nanoTime();

        ticker.advance(Duration.ofMinutes(2));

        assertThat(ticker.nanoTime()).isLessThan(before);
        assertThat(ticker.nanoTime() - before).isEqualTo(Duration.ofMinutes(2).toNanos());
    }

    @Test
    void theClockNeverGoesBack() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ManualTicker().advance(Duration.ofNanos(-1)));
    }
}
