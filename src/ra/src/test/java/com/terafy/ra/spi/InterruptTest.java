package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.pool.settings.Setting;
import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An interrupt costs no session: as on a plain socket, what the thread does with the server goes on. */
class InterruptTest {

    private static final int MOST_INTERRUPTS = 200;

    private static TestPostgres postgres;

    @BeforeAll
    static void start() {
        postgres = TestPostgres.builder().tls().start();
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    private interface Work {
        String run(Connection connection) throws SQLException;
    }

    /** What the thread found: the result of its work, its own flag, and the backend before and after. */
    private record Outcome(String result, boolean flag, String before, String after) {}

    private static FutureTask<Outcome> task(PoolFixture fixture, Work work) {
        return new FutureTask<>(() -> {
            try (Connection connection = fixture.dataSource.getConnection()) {
                String before = PoolFixture.query(connection, "SELECT pg_backend_pid()");
                String result = work.run(connection);
                boolean flag = Thread.currentThread().isInterrupted();
                String after = PoolFixture.query(connection, "SELECT pg_backend_pid()");
                return new Outcome(result, flag, before, after);
            }
        });
    }

    private static void assertUnharmed(PoolFixture fixture, Outcome outcome, String result) {
        assertThat(outcome).isEqualTo(new Outcome(result, true, outcome.before(), outcome.before()));
        assertThat(fixture.statistics().evicted().values()).allMatch(count -> count == 0);
    }

    /** Until the server is at the test's statement: others are active, too, while the pool fills itself. */
    private static void awaitWaiting(PoolFixture fixture) {
        String tag = fixture.pool.identity().applicationName();
        Awaitility.await()
                .until(() -> postgres.backends(tag).stream()
                        .anyMatch(backend -> "active".equals(backend.state())
                                && backend.query().contains("'done'")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"disable", "require"})
    void aThreadThatWaitsForAnAnswerGetsItAllTheSame(String sslMode) throws Exception {
        try (PoolFixture fixture =
                PoolFixture.on(postgres).with(Setting.DB_SSL_MODE, sslMode).open()) {
            FutureTask<Outcome> task =
                    task(fixture, connection -> PoolFixture.query(connection, "SELECT 'done' FROM pg_sleep(0.5)"));
            Thread thread = new Thread(task, "interrupted");
            thread.start();
            awaitWaiting(fixture);

            for (int i = 0; i < MOST_INTERRUPTS && !task.isDone(); i++) {
                thread.interrupt();
                thread.join(10);
            }

            assertUnharmed(fixture, task.get(20, TimeUnit.SECONDS), "done");
        }
    }

    @Test
    void aThreadThatWaitsUntilItCanSendSendsItAllTheSame() throws Exception {
        String large = "x".repeat(30_000_000);
        try (FaultProxy proxy = FaultProxy.to(postgres);
                PoolFixture fixture = PoolFixture.through(proxy, postgres)
                        .with(Setting.DB_SSL_MODE, "disable")
                        .open()) {
            CountDownLatch frozen = new CountDownLatch(1);
            FutureTask<Outcome> task = task(fixture, connection -> {
                proxy.toServer().freeze();
                frozen.countDown();
                return lengthOf(connection, large);
            });
            Thread thread = new Thread(task, "interrupted");
            thread.start();
            frozen.await();
            Awaitility.await().until(() -> isIn(thread, "com.terafy.ra.socket.WatchedSocket$Output"));

            thread.interrupt();
            thread.join(50);
            proxy.pass();

            assertUnharmed(fixture, task.get(60, TimeUnit.SECONDS), "30000000");
        }
    }

    private static String lengthOf(Connection connection, String text) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT length(?)")) {
            statement.setString(1, text);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }

    private static boolean isIn(Thread thread, String className) {
        for (StackTraceElement frame : thread.getStackTrace()) {
            if (frame.getClassName().equals(className)) {
                return thread.getState() == Thread.State.RUNNABLE;
            }
        }
        return false;
    }

    /** The time out of one wait is not begun anew by an interrupt. */
    @Test
    void interruptsDoNotLengthenATimeout() throws Exception {
        try (PoolFixture fixture = PoolFixture.on(postgres)
                .with(Setting.DB_SSL_MODE, "disable")
                .with(Setting.DB_SOCKET_TIMEOUT, "1s")
                .open()) {
            FutureTask<Outcome> task =
                    task(fixture, connection -> PoolFixture.query(connection, "SELECT 'done' FROM pg_sleep(6)"));
            Thread thread = new Thread(task, "interrupted");
            thread.start();
            awaitWaiting(fixture);
            for (int i = 0; i < MOST_INTERRUPTS && !task.isDone(); i++) {
                thread.interrupt();
                thread.join(20);
            }

            assertThatThrownBy(() -> task.get(1, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasRootCauseInstanceOf(java.net.SocketTimeoutException.class);
        }
    }

    /** A wait that nothing ends but the closing of the socket. */
    @ParameterizedTest
    @ValueSource(strings = {"disable", "require"})
    void closingFromAnotherThreadEndsTheWait(String sslMode) throws Exception {
        try (PoolFixture fixture = PoolFixture.on(postgres)
                        .with(Setting.DB_SSL_MODE, sslMode)
                        .open();
                Connection connection = fixture.dataSource.getConnection()) {
            FutureTask<String> task =
                    new FutureTask<>(() -> PoolFixture.query(connection, "SELECT 'done' FROM pg_sleep(5)"));
            Thread thread = new Thread(task, "waiting");
            thread.start();
            awaitWaiting(fixture);

            connection.abort(Runnable::run);

            assertThatThrownBy(() -> task.get(Duration.ofSeconds(10).toMillis(), TimeUnit.MILLISECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(SQLException.class);
        }
    }
}
