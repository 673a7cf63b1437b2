package com.terafy.monitor.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HistoryTest {

    @Test
    void theOldestGoesWhenTheQuarterOfAnHourIsFull() {
        History history = new History();
        for (int i = 0; i < History.MOST + 5; i++) {
            history.add(new Sample(Instant.ofEpochSecond(i), i, 0, 0, 0, 0, 0, 0, 0));
        }
        assertThat(history.samples()).hasSize(History.MOST);
        assertThat(history.samples().get(0).total()).isEqualTo(5);
        assertThat(History.INTERVAL.multipliedBy(History.MOST)).isEqualTo(Duration.ofMinutes(15));
    }
}
