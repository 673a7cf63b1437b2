package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.api.PoolStatistics;
import com.terafy.pool.settings.Setting;
import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.RecordingLog;
import com.terafy.testkit.TestPostgres;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Borrowing while the server is away, full, slow or of another opinion about the password. */
class OutageTest {

    private static final TestPostgres POSTGRES = TestPostgres.shared();
    private static final int MOST_ATTEMPTS_AT_ONCE = 3;

    private FaultProxy proxy;
    private RecordingLog log;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @BeforeEach
    void open() {
        proxy = FaultProxy.to(POSTGRES);
        log = RecordingLog.of("com.terafy.connect");
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        log.close();
        proxy.close();
    }

    private PoolFixture.Builder pool(String acquireTimeout) {
        return PoolFixture.through(proxy, POSTGRES)
                .with(Setting.DB_SSL_MODE, "disable")
                .with(Setting.DB_POOL_ACQUIRE_TIMEOUT, acquireTimeout);
    }

    @Test
    void aBorrowTriesUntilItsTimeIsOverAndThenSaysWhyAndForHowLong() throws Exception {
        proxy.resetNew();
        try (PoolFixture fixture = pool("1s").open()) {
            assertThatThrownBy(fixture.dataSource::getConnection)
                    .isInstanceOfSatisfying(SQLTransientConnectionException.class, e -> {
                        assertThat(e.getSQLState()).isEqualTo("08001");
                        assertThat(e.getMessage())
                                .startsWith("TERAFY0206: Pool TerafyDS: ")
                                .contains("localhost:" + proxy.port() + "/terafy_db")
                                .containsPattern("within \\d+ ms|within \\d+ s");
                        assertThat(e.getCause()).isInstanceOf(SQLException.class);
                    });

            assertThat(proxy.accepted()).as("attempts").isGreaterThan(2);
            assertThat(fixture.statistics())
                    .extracting(PoolStatistics::timeouts, PoolStatistics::failures, PoolStatistics::waiting)
                    .containsExactly(1L, 0L, 0);
            assertThat(fixture.container.freePermits()).isEqualTo(FakeContainer.MOST);
        }
    }

    @Test
    void aBorrowWhoseLastAttemptIsCutShortTellsWhatTheServerSaidBefore() throws Exception {
        proxy.resetNew();
        try (PoolFixture fixture = pool("2s").open()) {
            Future<?> borrower = threads.submit(() -> fixture.dataSource.getConnection());
            Awaitility.await().until(() -> fixture.statistics().creationFailures() >= 1);
            proxy.freeze();
            proxy.open();

            assertThatThrownBy(borrower::get)
                    .cause()
                    .hasMessageStartingWith("TERAFY0206: ")
                    .hasMessageNotContainingAny("the time for the login is over", "timed out");
        }
    }

    @Test
    void aBorrowThatBeganInAnOutageGetsItsConnectionWhenItEnds() throws Exception {
        proxy.refuse();
        try (PoolFixture fixture = pool("60s").open()) {
            Future<String> borrower = threads.submit(() -> {
                try (Connection connection = fixture.dataSource.getConnection()) {
                    return PoolFixture.query(connection, "SELECT 'back'");
                }
            });
            Awaitility.await().until(() -> fixture.statistics().creationFailures() >= 3);
            assertThat(borrower.isDone()).isFalse();

            proxy.open();

            assertThat(borrower.get()).isEqualTo("back");
        }
    }

    @Test
    void whoWaitsForADeadServerIsToldThatThePoolHasStopped() throws Exception {
        proxy.refuse();
        List<Future<Connection>> borrowers = new ArrayList<>();
        try (PoolFixture fixture = pool("60s").open()) {
            for (int i = 0; i < 4; i++) {
                borrowers.add(threads.submit(() -> fixture.dataSource.getConnection()));
            }
            Awaitility.await().until(() -> fixture.statistics().waiting() == 4);
        }
        assertThat(borrowers)
                .allSatisfy(borrower -> assertThatThrownBy(borrower::get)
                        .cause()
                        .isInstanceOfSatisfying(SQLNonTransientConnectionException.class, e -> {
                            assertThat(e.getSQLState()).isEqualTo("08003");
                            assertThat(e.getMessage()).contains("stopped").doesNotContain("null");
                        }));
    }

    @Test
    void oneLineSaysThatTheServerIsAwayAndOneThatItIsBack() throws Exception {
        proxy.refuse();
        try (PoolFixture fixture = pool("300ms").open()) {
            for (int i = 0; i < 5; i++) {
                assertThatThrownBy(fixture.dataSource::getConnection).isInstanceOf(SQLException.class);
            }
            assertThat(log.messages(Level.INFO)).hasSize(1).allMatch(line -> line.startsWith("TERAFY0203: "));
            assertThat(log.entries().get(0).level()).isEqualTo(Level.WARNING);

            proxy.open();
            for (int i = 0; i < 5; i++) {
                fixture.prefill(1);
            }

            assertThat(log.messages(Level.INFO)).hasSize(2);
            assertThat(log.messages(Level.INFO).get(1)).matches("TERAFY0204: .* after \\d+ (ms|s)\\.");
        }
    }

    @Test
    void aWrongPasswordFailsAtOnce() throws Exception {
        try (PoolFixture fixture =
                pool("1h").with(Setting.DB_PASSWORD, "wr0ng-passw0rd").open()) {
            assertFailsAtOnce(fixture, "28P01");
        }
    }

    @Test
    void anUnknownDatabaseFailsAtOnce() throws Exception {
        try (PoolFixture fixture =
                pool("1h").with(Setting.DB_NAME, "no_such_db").open()) {
            assertFailsAtOnce(fixture, "3D000");
        }
    }

    private void assertFailsAtOnce(PoolFixture fixture, String state) {
        assertThatThrownBy(fixture.dataSource::getConnection)
                .isInstanceOfSatisfying(SQLNonTransientConnectionException.class, e -> {
                    assertThat(e.getSQLState()).isEqualTo(state);
                    assertThat(e.getMessage()).startsWith("TERAFY03").doesNotContain("wr0ng-passw0rd");
                    assertThat(e.getCause()).isInstanceOf(SQLException.class);
                });
        assertThat(proxy.accepted()).isEqualTo(1);
        assertThat(fixture.statistics())
                .extracting(PoolStatistics::creationFailures, PoolStatistics::failures, PoolStatistics::timeouts)
                .containsExactly(1L, 1L, 0L);
    }

    /** Those beside the first are begun as it takes long, since it may hang. */
    @Test
    void atMostThreeAttemptsAreUnderWayAtATime() throws Exception {
        proxy.freeze();
        try (PoolFixture fixture =
                pool("8s").with(Setting.DB_CONNECT_TIMEOUT, "3s").open()) {
            List<Future<?>> borrowers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                borrowers.add(threads.submit(() -> fixture.dataSource.getConnection()));
            }
            int most = 0;
            while (borrowers.stream().anyMatch(borrower -> !borrower.isDone())) {
                most = Math.max(most, fixture.statistics().beingCreated());
                fixture.tick();
                Thread.yield();
            }

            assertThat(most).isEqualTo(MOST_ATTEMPTS_AT_ONCE);
            assertThat(borrowers)
                    .allSatisfy(borrower -> assertThatThrownBy(borrower::get)
                            .isInstanceOf(ExecutionException.class)
                            .hasCauseInstanceOf(SQLTransientConnectionException.class));
            assertThat(fixture.statistics())
                    .extracting(PoolStatistics::waiting, PoolStatistics::timeouts)
                    .containsExactly(0, 8L);
            Awaitility.await().until(() -> fixture.statistics().beingCreated() == 0);
        }
    }

    @Test
    void aFailedLoginOfAnotherUserIsNoOutage() throws Exception {
        try (PoolFixture fixture = pool("1h").open()) {
            assertThatThrownBy(() -> fixture.dataSource.getConnection("nobody_here", "x"))
                    .isInstanceOf(SQLException.class);

            assertThat(fixture.pool.outage().now()).isEmpty();
            assertThat(log.messages(Level.INFO)).isEmpty();
        }
    }

    @Test
    void anExhaustedPoolNamesTheHolders() throws Exception {
        try (PoolFixture fixture = pool("1s")
                        .with(Setting.DB_POOL_MAX, "1")
                        .with(Setting.DB_POOL_LEAK_THRESHOLD, "1h")
                        .open();
                Connection held = fixture.dataSource.getConnection()) {
            assertThat(held.isClosed()).isFalse();

            assertThatThrownBy(fixture.dataSource::getConnection)
                    .isInstanceOfSatisfying(SQLTransientConnectionException.class, e -> {
                        assertThat(e.getSQLState()).isEqualTo("08001");
                        assertThat(e.getMessage())
                                .startsWith("TERAFY0205: Pool TerafyDS: ")
                                .contains("1 of 1 are held")
                                .contains(Thread.currentThread().getName())
                                .containsPattern("for \\d+ ms");
                    });
            assertThat(fixture.statistics().timeouts()).isEqualTo(1);
        }
    }

    /** Each would walk the stack of every holder. */
    @Test
    void manyWhoGiveUpTogetherShareOneReport() throws Exception {
        int many = 200;
        try (PoolFixture fixture = pool("1s").with(Setting.DB_POOL_MAX, "1").open();
                Connection held = fixture.dataSource.getConnection()) {
            Set<String> told = ConcurrentHashMap.newKeySet();
            CountDownLatch ended = new CountDownLatch(many);
            for (int i = 0; i < many; i++) {
                threads.submit(() -> {
                    told.add(holders(refusal(fixture)));
                    ended.countDown();
                });
            }
            long began = System.nanoTime();
            assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
            assertThat(told).hasSizeLessThanOrEqualTo(3).allMatch(text -> text.contains("1 of 1 are held"));
            assertThat(held.isClosed()).isFalse();
        }
    }

    private static SQLException refusal(PoolFixture fixture) {
        try {
            fixture.dataSource.getConnection().close();
            return new SQLException("none: it was lent");
        } catch (SQLException refused) {
            return refused;
        }
    }

    private static String holders(SQLException timedOut) {
        String text = timedOut.getMessage();
        return text.substring(text.indexOf(". ") + 2);
    }

    @Test
    void anInterruptedBorrowerIsToldSoAndStaysInterrupted() throws Exception {
        try (PoolFixture fixture = pool("1h").with(Setting.DB_POOL_MAX, "1").open();
                Connection held = fixture.dataSource.getConnection()) {
            AtomicBoolean flag = new AtomicBoolean();
            AtomicReference<SQLException> told = new AtomicReference<>();
            Thread borrower = new Thread(() -> {
                told.set(refusal(fixture));
                flag.set(Thread.currentThread().isInterrupted());
            });
            borrower.start();
            Awaitility.await().until(() -> borrower.getState() == Thread.State.TIMED_WAITING);

            borrower.interrupt();
            borrower.join();

            assertThat((Throwable) told.get())
                    .isInstanceOf(SQLTransientConnectionException.class)
                    .hasMessageStartingWith("TERAFY0253: Pool TerafyDS: ")
                    .hasMessageContaining("interrupted");
            assertThat(told.get().getSQLState()).isEqualTo("08001");
            assertThat(flag).isTrue();
            assertThat(held.isClosed()).isFalse();
            assertThat(fixture.statistics().failures()).isEqualTo(1);
        }
    }

    /** Nobody waits for more than about one login once the server is back. */
    @Test
    void allWhoWaitAreServedSoonAfterTheServerIsBack() throws Exception {
        proxy.refuse();
        try (PoolFixture fixture = pool("60s").open()) {
            List<Future<?>> borrowers = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                borrowers.add(threads.submit(() -> {
                    try (Connection connection = fixture.dataSource.getConnection()) {
                        return PoolFixture.query(connection, "SELECT 1");
                    }
                }));
            }
            Awaitility.await().until(() -> fixture.statistics().creationFailures() >= 3);
            proxy.open();
            long back = System.nanoTime();
            for (Future<?> borrower : borrowers) {
                assertThat(borrower.get(20, TimeUnit.SECONDS)).isEqualTo("1");
            }
            assertThat(Duration.ofNanos(System.nanoTime() - back)).isLessThan(Duration.ofSeconds(4));
        }
    }
}
