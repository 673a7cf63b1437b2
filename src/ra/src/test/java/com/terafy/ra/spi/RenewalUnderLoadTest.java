package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.pool.settings.Setting;
import com.terafy.testkit.TestPostgres;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** As many sessions as there may be, all in use, and none older than a second. */
class RenewalUnderLoadTest {

    private static final int SESSIONS = 4;
    private static final int THREADS = 12;
    private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("renewal.seconds", 5));

    private final AtomicLong longestNanos = new AtomicLong();
    private final AtomicLong borrows = new AtomicLong();

    @Test
    void nobodyFailsOrWaitsLongAndThereIsNeverOneTooMany() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (PoolFixture fixture = PoolFixture.on(TestPostgres.shared())
                .with(Setting.DB_POOL_MIN, Integer.toString(SESSIONS))
                .with(Setting.DB_POOL_MAX, Integer.toString(SESSIONS))
                .with(Setting.DB_POOL_MAX_LIFETIME, "1s")
                .with(Setting.DB_POOL_SWEEP_INTERVAL, "1s")
                .open()) {
            fixture.pool.start();
            long end = System.nanoTime() + LENGTH.toNanos();
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                all.add(threads.submit(() -> borrowUntil(end, fixture)));
            }
            int most = 0;
            while (System.nanoTime() < end) {
                most = Math.max(most, fixture.backends());
            }
            for (Future<?> each : all) {
                each.get();
            }

            assertThat(most).isBetween(1, SESSIONS);
            assertThat(fixture.statistics().created()).isGreaterThan(SESSIONS);
            assertThat(borrows.get()).isGreaterThan(THREADS);
            assertThat(Duration.ofNanos(longestNanos.get())).isLessThan(Duration.ofSeconds(1));
        } finally {
            threads.shutdownNow();
        }
    }

    private Void borrowUntil(long end, PoolFixture fixture) throws Exception {
        while (System.nanoTime() < end) {
            long began = System.nanoTime();
            try (Connection connection = fixture.dataSource.getConnection()) {
                longestNanos.accumulateAndGet(System.nanoTime() - began, Math::max);
                PoolFixture.query(connection, "SELECT 1");
                borrows.incrementAndGet();
            }
            TimeUnit.MICROSECONDS.sleep(50);
        }
        return null;
    }
}
