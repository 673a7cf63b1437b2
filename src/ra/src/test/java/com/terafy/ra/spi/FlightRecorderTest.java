package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.api.EvictionReason;
import com.terafy.pool.settings.Setting;
import com.terafy.testkit.ManualTicker;
import com.terafy.testkit.TestPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the flight recorder of the JDK gets to see of a pool. */
class FlightRecorderTest {

    private static final TestPostgres POSTGRES = TestPostgres.shared();
    private static final String POOL = "TerafyDS";

    private final ManualTicker clock = new ManualTicker();
    private final Recording recording = new Recording();

    @TempDir
    private Path directory;

    @BeforeEach
    void start() {
        recording.start(); // with the defaults of the events
    }

    @AfterEach
    void close() {
        recording.close();
    }

    /** What was recorded of one event so far; none of all has a password in it. */
    private List<RecordedEvent> events(String name) throws IOException {
        Path file = directory.resolve(System.nanoTime() + ".jfr");
        recording.dump(file);
        List<RecordedEvent> all = RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith("terafy."))
                .toList();
        assertThat(all).noneMatch(event -> event.toString().contains(POSTGRES.password()));
        return all.stream()
                .filter(event -> event.getEventType().getName().equals("terafy." + name))
                .filter(event -> event.getString("pool").equals(POOL))
                .toList();
    }

    private static RecordedEvent only(List<RecordedEvent> events) {
        assertThat(events).hasSize(1);
        return events.get(0);
    }

    @Test
    void aBorrowIsSeenOnlyIfItHasWaited() throws Exception {
        recording.enable("terafy.Borrow").withThreshold(Duration.ofSeconds(5));
        try (PoolFixture fixture = PoolFixture.on(POSTGRES).open()) {
            fixture.dataSource.getConnection().close();
            assertThat(events("Borrow")).isEmpty();

            recording.enable("terafy.Borrow").withThreshold(Duration.ZERO);
            try (Connection borrowed = fixture.dataSource.getConnection()) {
                RecordedEvent seen = only(events("Borrow"));
                assertThat(seen.getString("outcome")).isEqualTo("success");
                assertThat(seen.getInt("pid"))
                        .isEqualTo(Integer.parseInt(PoolFixture.query(borrowed, "SELECT pg_backend_pid()")));
                assertThat(seen.getInt("waiting")).isEqualTo(1);
                assertThat(seen.getStackTrace().getFrames())
                        .anyMatch(frame -> frame.getMethod().getName().equals("aBorrowIsSeenOnlyIfItHasWaited"));
            }
        }
    }

    @Test
    void aBorrowInVainIsSeenWithItsStateAndItsTime() throws Exception {
        try (PoolFixture fixture = PoolFixture.on(POSTGRES)
                .with(Setting.DB_POOL_MAX, "1")
                .with(Setting.DB_POOL_ACQUIRE_TIMEOUT, "200ms")
                .open()) {
            fixture.prefillOne();
            recording.enable("terafy.Borrow").withThreshold(Duration.ofMillis(150));
            try (Connection only = fixture.dataSource.getConnection()) {
                assertThat(only.isClosed()).isFalse();
                assertThatThrownBy(fixture.dataSource::getConnection).isInstanceOf(SQLException.class);
            }
            List<RecordedEvent> refused = events("Borrow").stream()
                    .filter(event -> !event.getString("outcome").equals("success"))
                    .toList();
            assertThat(only(refused).getString("outcome")).isEqualTo("08001");
            assertThat(only(refused).getInt("pid")).isZero();
            assertThat(only(refused).getDuration()).isGreaterThanOrEqualTo(Duration.ofMillis(200));
        }
    }

    @Test
    void eachLoginIsSeenAlsoARefusedOne() throws Exception {
        try (PoolFixture fixture = PoolFixture.on(POSTGRES).open()) {
            fixture.prefillOne();
            RecordedEvent seen = only(events("Login"));
            assertThat(seen.getString("outcome")).isEqualTo("success");
            assertThat(seen.getString("host")).isEqualTo(POSTGRES.host() + ":" + POSTGRES.port());
            assertThat(seen.getString("user")).isEqualTo(TestPostgres.SUPERUSER);
            assertThat(seen.getString("applicationName"))
                    .isEqualTo(fixture.pool.identity().applicationName());
            assertThat(seen.getDuration()).isPositive();

            assertThatThrownBy(() -> fixture.dataSource.getConnection("nobody", "certainly-wrong"))
                    .isInstanceOf(SQLException.class);
            RecordedEvent refused = only(events("Login").stream()
                    .filter(event -> event.getString("user").equals("nobody"))
                    .toList());
            assertThat(refused.getString("outcome")).isEqualTo("28P01");
            assertThat(refused.toString()).doesNotContain("certainly-wrong");
        }
    }

    @Test
    void eachSessionThatIsClosedIsSeenWithTheReason() throws Exception {
        try (PoolFixture fixture = PoolFixture.on(POSTGRES)
                .at(clock)
                .with(Setting.DB_POOL_IDLE_TIMEOUT, "4m")
                .open()) {
            int dead = PoolFixture.pid(fixture.prefillOne());
            fixture.pool.sessions().evict(fixture.idle().get(0), EvictionReason.VALIDATION_FAILED);
            int idle = PoolFixture.pid(fixture.prefillOne());
            clock.advance(Duration.ofMinutes(5));
            fixture.sweep();
            Awaitility.await().until(() -> events("Eviction").size() == 2);

            assertThat(events("Eviction"))
                    .extracting(event -> event.getInt("pid") + " " + event.getString("reason"))
                    .containsExactlyInAnyOrder(dead + " VALIDATION_FAILED", idle + " REAPED");
            RecordedEvent sweep = only(events("Sweep"));
            assertThat(sweep.getInt("idleBefore")).isEqualTo(1);
            assertThat(sweep.getInt("idleAfter")).isBetween(0, 1); // what is being closed counts
        }
    }

    @Test
    void theResetOfASessionIsSeenOnceItsAnswerWasRead() throws Exception {
        try (PoolFixture fixture = PoolFixture.on(POSTGRES).open()) {
            try (Connection first = fixture.dataSource.getConnection()) {
                PoolFixture.query(first, "SELECT 1");
            }
            assertThat(events("SessionReset")).isEmpty();
            fixture.dataSource.getConnection().close();

            RecordedEvent seen = only(events("SessionReset"));
            assertThat(seen.getString("outcome")).isEqualTo("success");
            assertThat(seen.getInt("pid"))
                    .isEqualTo(PoolFixture.pid(fixture.sessions().get(0)));
            assertThat(seen.getDuration("sinceSent")).isPositive();
        }
    }

    @Test
    void aResetThatFailsIsSeenAndTheSessionIsClosed() throws Exception {
        try (PoolFixture fixture = PoolFixture.on(POSTGRES).open()) {
            try (Connection first = fixture.dataSource.getConnection()) {
                PoolFixture.query(first, "SELECT pg_create_physical_replication_slot('flight', true, true)");
            }
            fixture.dataSource.getConnection().close();

            assertThat(only(events("SessionReset")).getString("outcome")).isEqualTo("55000");
            Awaitility.await().until(() -> events("Eviction").size() == 1);
            assertThat(only(events("Eviction")).getString("reason")).isEqualTo("RESET_FAILED");
        }
    }

    @Test
    void aLeakIsSeenWithItsBorrower() throws Exception {
        try (PoolFixture fixture = PoolFixture.on(POSTGRES)
                .at(clock)
                .with(Setting.DB_POOL_LEAK_THRESHOLD, "30s")
                .open()) {
            try (Connection held = fixture.dataSource.getConnection()) {
                clock.advance(Duration.ofSeconds(31));
                fixture.look();
                assertThat(held.isClosed()).isFalse();
            }
            RecordedEvent seen = only(events("Leak"));
            assertThat(seen.getBoolean("abandoned")).isFalse();
            assertThat(seen.getDuration("held")).isGreaterThanOrEqualTo(Duration.ofSeconds(31));
            assertThat(seen.getString("borrower"))
                    .endsWith(" on thread " + Thread.currentThread().getName());
        }
    }

    @Test
    void aDroppedHandleIsSeenAsAbandoned() throws Exception {
        try (PoolFixture fixture = PoolFixture.on(POSTGRES).at(clock).open()) {
            PoolFixture.query(fixture.dataSource.getConnection(), "SELECT 1");
            Awaitility.await().until(() -> {
                System.gc();
                fixture.look();
                return fixture.statistics().leaks() == 1;
            });
            assertThat(only(events("Leak")).getBoolean("abandoned")).isTrue();
            Awaitility.await().until(() -> fixture.idle().size() == 1);
        }
    }
}
