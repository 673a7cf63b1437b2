package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.pool.sessions.PooledSession;
import com.terafy.pool.settings.Setting;
import com.terafy.ra.connect.Credentials;
import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.PGConnection;

/** Many borrowers of few sessions, while statements are cancelled, backends end and the network stands still. */
@Timeout(120)
class PipelinedResetUnderLoadTest {

    private static final int BORROWERS = 32;
    private static final Duration LOAD = Duration.ofSeconds(3);

    /** What is left of a former borrower, before a word that only this borrower knows. */
    private static final String WHAT_IS_LEFT = """
            SELECT concat_ws(', ', nullif(current_setting('app.u', true), ''),
                (SELECT 'tables' FROM pg_class WHERE relnamespace = pg_my_temp_schema() HAVING count(*) > 0),
                (SELECT 'locks' FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() HAVING count(*) > 0),
                (SELECT 'channels' FROM pg_listening_channels() HAVING count(*) > 0),
                (SELECT 'statements' FROM pg_prepared_statements WHERE from_sql HAVING count(*) > 0)) || '%s'""";

    private static TestPostgres postgres;

    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "load");
        thread.setDaemon(true);
        return thread;
    });

    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final AtomicInteger borrows = new AtomicInteger();
    private final AtomicInteger words = new AtomicInteger();

    /** Backends that have certainly ended, and since when. */
    private final Map<Integer, Long> ended = new ConcurrentHashMap<>();

    private volatile boolean over;

    @BeforeAll
    static void start() {
        postgres = TestPostgres.builder().tls().with("fsync", "off").start();
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @ParameterizedTest
    @CsvSource({"4, disable", "10, require"})
    void nothingOfAFormerBorrowerIsLeftForTheNext(int max, String sslMode) throws Exception {
        try (FaultProxy proxy = FaultProxy.to(postgres);
                PoolFixture fixture = PoolFixture.through(proxy, postgres)
                        .with(Setting.DB_SSL_MODE, sslMode)
                        .with(Setting.DB_POOL_MAX, Integer.toString(max))
                        .with(Setting.DB_POOL_VALIDATION_TIMEOUT, "1s")
                        .open()) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < BORROWERS; i++) {
                running.add(threads.submit(() -> {
                    while (!over) {
                        borrow(fixture);
                    }
                }));
            }
            running.add(threads.submit(() -> disturb(fixture, proxy)));
            running.add(threads.submit(() -> upkeep(fixture)));
            LockSupport.parkNanos(LOAD.toNanos());
            over = true;
            for (Future<?> each : running) {
                each.get(30, TimeUnit.SECONDS);
            }
            assertThat(faults).isEmpty();
            assertThat(borrows).hasValueGreaterThan(BORROWERS);
        } finally {
            threads.shutdownNow();
        }
    }

    private void borrow(PoolFixture fixture) {
        long began = System.nanoTime();
        Connection connection;
        try {
            connection = fixture.dataSource.getConnection();
        } catch (SQLException none) {
            return; // while the network stands still
        }
        try (connection) {
            int pid = connection.unwrap(PGConnection.class).getBackendPID();
            Long end = ended.get(pid);
            if (end != null && end - began < 0) {
                faults.add("backend " + pid + " had ended");
            }
            String word = "word " + words.incrementAndGet();
            String left = PoolFixture.query(connection, String.format(WHAT_IS_LEFT, word));
            if (!left.equals(word)) {
                faults.add("backend " + pid + ": " + left + " for " + word);
            }
            borrows.incrementAndGet();
            leave(connection, word);
        } catch (SQLException disturbed) {
            String state = String.valueOf(disturbed.getSQLState());
            if (!state.matches("57014|57P01|08...|25P02")) {
                faults.add(state + " " + disturbed);
            }
        }
    }

    private void leave(Connection connection, String word) throws SQLException {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        if (random.nextInt(4) == 0) {
            connection.setAutoCommit(false);
        }
        PoolFixture.execute(connection, "SET app.u = '" + word + "'; SELECT pg_advisory_lock(pg_backend_pid())");
        switch (random.nextInt(30)) {
            case 0, 1, 2 ->
                PoolFixture.execute(connection, "CREATE TEMP TABLE t AS SELECT 1 AS id; LISTEN news; NOTIFY news");
            case 3, 4, 5, 6 -> PoolFixture.execute(connection, "PREPARE mine AS SELECT 1");
            case 7, 8, 9, 10, 11 -> cancelAfterAWhile(connection, random.nextInt(2_000_000));
            case 12 -> {
                connection.setNetworkTimeout(Runnable::run, 20);
                PoolFixture.execute(connection, "SELECT pg_sleep(0." + random.nextInt(10, 30) + ")");
            }
            case 13, 14 -> PoolFixture.execute(connection, "SET statement_timeout = 5; SELECT pg_sleep(0.010)");
            default -> PoolFixture.query(connection, "SELECT current_setting('app.u')");
        }
    }

    /** The cancelling thread may be late. */
    private void cancelAfterAWhile(Connection connection, long nanos) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            threads.execute(() -> {
                LockSupport.parkNanos(nanos);
                try {
                    statement.cancel();
                } catch (SQLException closed) {
                    // it was closed before, or is closed just now, with its session
                    boolean isOver =
                            closed.getMessage().startsWith("TERAFY0702") || "08003".equals(closed.getSQLState());
                    if (!isOver) {
                        faults.add("cancel: " + closed);
                    }
                }
            });
            statement.execute("SELECT pg_sleep(0.001)");
        }
    }

    private Void disturb(PoolFixture fixture, FaultProxy proxy) throws SQLException {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        try (Connection superuser = postgres.superuser()) {
            while (!over) {
                LockSupport.parkNanos(random.nextLong(10_000_000));
                List<PooledSession<Credentials, Session>> all = fixture.sessions();
                if (all.isEmpty()) {
                    continue;
                }
                int pid = PoolFixture.pid(all.get(random.nextInt(all.size())));
                switch (random.nextInt(12)) {
                    case 0 -> {
                        if (PoolFixture.query(superuser, "SELECT pg_terminate_backend(" + pid + ", 3000)")
                                .equals("t")) {
                            LockSupport.parkNanos(50_000_000); // until the proxy has told it
                            ended.put(pid, System.nanoTime());
                        }
                    }
                    case 1 -> {
                        proxy.freeze();
                        LockSupport.parkNanos(random.nextLong(30_000_000));
                        proxy.pass();
                    }
                    case 2 -> {
                        proxy.toClient().freezeAfter(random.nextInt(1, 400));
                        LockSupport.parkNanos(random.nextLong(10_000_000));
                        proxy.pass();
                    }
                    default -> PoolFixture.execute(superuser, "SELECT pg_cancel_backend(" + pid + ")");
                }
            }
        }
        return null;
    }

    private void upkeep(PoolFixture fixture) {
        while (!over) {
            fixture.look();
            fixture.sweep();
            LockSupport.parkNanos(5_000_000);
        }
    }
}
