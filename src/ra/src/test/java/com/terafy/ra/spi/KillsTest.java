package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.RetryPolicy;
import com.terafy.api.TransactionOutcomeUnknownException;
import com.terafy.pool.settings.Setting;
import com.terafy.testkit.FaultLane;
import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Backends, the network and the server are killed around the commits of transfers between accounts, and the books must
 * balance: what was told as done is there once, what was told as failed is not there, what was told as unknown is there once
 * or not at all. {@code -Dterafy.kills=1000} for as many; {@code -Dterafy.kills.seed} to repeat.
 */
class KillsTest {

    private static final int KILLS = Integer.getInteger("terafy.kills", 60);
    private static final long SEED = Long.getLong("terafy.kills.seed", System.nanoTime());

    private static final int THREADS = 4;
    private static final int ACCOUNTS = 5;
    private static final RetryPolicy POLICY = RetryPolicy.of(50, Duration.ofSeconds(60));

    /** About the time from the end of the work to its return. */
    private static final int LONGEST_DELAY_NANOS = 2_000_000;

    /** More bytes than that pass in no direction meanwhile. */
    private static final int MOST_BYTES = 400;

    /** The driver takes a login that was cut in the middle of SCRAM for one that the server refused. */
    private static final String REFUSED = "TERAFY0203: ";

    private enum Kill {
        BACKEND,
        NETWORK,
        ANSWER,
        QUESTION,
        BACKEND_BY_SIGNAL,
        SERVER
    }

    /** What the caller was told. */
    private enum Told {
        DONE,
        FAILED,
        UNKNOWN
    }

    private final Random random = new Random(SEED);
    private final AtomicLong works = new AtomicLong();
    private final AtomicLong runs = new AtomicLong();
    private final Map<Long, Told> told = new ConcurrentHashMap<>();
    private final Map<Kill, Integer> kills = new EnumMap<>(Kill.class);
    private final Set<String> failures = ConcurrentHashMap.newKeySet();

    /** A worker whose work is about to return hands over the pid of its backend, where somebody waits for one. */
    private final SynchronousQueue<Integer> victims = new SynchronousQueue<>();

    private volatile boolean over;

    @Test
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void whatWasToldIsTrue() throws Exception {
        try (TestPostgres postgres = TestPostgres.start("deadlock_timeout", "50ms", "max_connections", "50");
                FaultProxy proxy = FaultProxy.to(postgres)) {
            postgres.execute(
                    "CREATE TABLE account (id int PRIMARY KEY, balance bigint NOT NULL)",
                    "INSERT INTO account SELECT n, 0 FROM generate_series(1, " + ACCOUNTS + ") n",
                    "CREATE TABLE ledger (work bigint, run bigint, amount bigint)");
            try (PoolFixture fixture = PoolFixture.through(proxy, postgres)
                    .with(Setting.DB_POOL_ACQUIRE_TIMEOUT, "20s")
                    .with(Setting.DB_SOCKET_TIMEOUT, "5s")
                    .open()) {
                ExecutorService workers = Executors.newFixedThreadPool(THREADS);
                List<Future<?>> working = new ArrayList<>();
                for (int i = 0; i < THREADS; i++) {
                    long seed = random.nextLong();
                    working.add(workers.submit(() -> work(fixture, new Random(seed))));
                }
                for (int i = 0; i < KILLS; i++) {
                    kill(next(i), postgres, proxy);
                }
                over = true;
                for (Future<?> worker : working) {
                    worker.get(120, TimeUnit.SECONDS);
                }
                workers.shutdown();
                proxy.pass();
            }
            audit(postgres);
        }
    }

    /** One of the server in 25, the others as chance will have it. */
    private Kill next(int number) {
        if (number % 25 == 24) {
            return random.nextBoolean() ? Kill.SERVER : Kill.BACKEND_BY_SIGNAL;
        }
        return Kill.values()[random.nextInt(Kill.BACKEND_BY_SIGNAL.ordinal())];
    }

    private void kill(Kill kill, TestPostgres postgres, FaultProxy proxy) throws Exception {
        kills.merge(kill, 1, Integer::sum);
        if (kill == Kill.ANSWER || kill == Kill.QUESTION) {
            FaultLane lane = kill == Kill.ANSWER ? proxy.toClient() : proxy.toServer();
            victim();
            lane.cutAfter(1 + random.nextInt(MOST_BYTES));
            return;
        }
        try (Connection killer = kill == Kill.BACKEND ? superuser(postgres) : null) {
            int pid = victim();
            LockSupport.parkNanos(random.nextInt(LONGEST_DELAY_NANOS));
            switch (kill) {
                case BACKEND -> PoolFixture.execute(killer, "SELECT pg_terminate_backend(" + pid + ")");
                case NETWORK -> proxy.reset();
                case BACKEND_BY_SIGNAL -> {
                    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
                    postgres.awaitAccepting();
                }
                default -> {
                    postgres.stopImmediate();
                    postgres.start();
                }
            }
        }
    }

    /** The postmaster may not have noticed yet that a backend was killed by a signal. */
    private static Connection superuser(TestPostgres postgres) {
        for (int i = 0; ; i++) {
            try {
                return postgres.superuser();
            } catch (IllegalStateException recovering) {
                if (i == 10) {
                    throw recovering;
                }
                postgres.awaitAccepting();
            }
        }
    }

    private int victim() throws InterruptedException {
        Integer pid = victims.poll(60, TimeUnit.SECONDS);
        assertThat(pid).as("a work that is about to return").isNotNull();
        return pid;
    }

    private void work(PoolFixture fixture, Random dice) {
        while (!over) {
            long work = works.incrementAndGet();
            told.put(work, transfer(fixture, dice, work));
        }
    }

    private Told transfer(PoolFixture fixture, Random dice, long work) {
        int from = 1 + dice.nextInt(ACCOUNTS);
        int to = 1 + dice.nextInt(ACCOUNTS);
        int amount = 1 + dice.nextInt(100);
        boolean serializable = dice.nextInt(4) == 0;
        try {
            return fixture.dataSource.withTransaction(POLICY, connection -> {
                long run = runs.incrementAndGet();
                if (serializable) {
                    PoolFixture.execute(connection, "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE");
                }
                int pid = Integer.parseInt(PoolFixture.query(connection, "SELECT pg_backend_pid()"));
                add(connection, from, -amount);
                add(connection, to, amount);
                PoolFixture.execute(
                        connection, "INSERT INTO ledger VALUES (" + work + ", " + run + ", " + amount + ")");
                if (!victims.offer(pid) && dice.nextInt(4) == 0) {
                    LockSupport.parkNanos(100_000);
                }
                return Told.DONE;
            });
        } catch (TransactionOutcomeUnknownException unknown) {
            if (!String.valueOf(unknown.getMessage()).contains("crashed")) {
                failures.add(unknown.getMessage());
            }
            return Told.UNKNOWN;
        } catch (SQLException failed) {
            if (!String.valueOf(failed.getMessage()).startsWith(REFUSED)) {
                failures.add(failed.toString());
            }
            return Told.FAILED;
        }
    }

    private static void add(Connection connection, int account, int amount) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE account SET balance = balance + ? WHERE id = ?")) {
            update.setInt(1, amount);
            update.setInt(2, account);
            update.executeUpdate();
        }
    }

    private void audit(TestPostgres postgres) throws SQLException {
        Map<Long, Integer> found = new HashMap<>();
        String sum;
        try (Connection auditor = postgres.superuser();
                Statement statement = auditor.createStatement();
                ResultSet rows = statement.executeQuery("SELECT work FROM ledger")) {
            while (rows.next()) {
                found.merge(rows.getLong(1), 1, Integer::sum);
            }
            sum = PoolFixture.query(auditor, "SELECT sum(balance) FROM account");
        }
        Map<Told, Integer> counts = new EnumMap<>(Told.class);
        int lost = 0;
        int twice = 0;
        int wrong = 0;
        int unknownButThere = 0;
        for (Map.Entry<Long, Told> each : told.entrySet()) {
            int there = found.getOrDefault(each.getKey(), 0);
            counts.merge(each.getValue(), 1, Integer::sum);
            lost += each.getValue() == Told.DONE && there == 0 ? 1 : 0;
            twice += there > 1 ? 1 : 0;
            wrong += each.getValue() == Told.FAILED && there > 0 ? 1 : 0;
            unknownButThere += each.getValue() == Told.UNKNOWN ? there : 0;
        }
        System.out.printf(
                "Kills %s (seed %d): %d works, %d runs; told %s; lost %d, twice %d, wrongly told %d; of the unknown %d are"
                        + " there; %s%n",
                kills, SEED, told.size(), runs.get(), counts, lost, twice, wrong, unknownButThere, failures);
        assertThat(lost).as("told as done and lost").isZero();
        assertThat(twice).as("there twice").isZero();
        assertThat(wrong).as("told as failed and there").isZero();
        assertThat(sum).as("sum of all accounts").isEqualTo("0");
        assertThat(failures).as("failed or unknown for no reason").isEmpty();
        assertThat(runs.get()).as("runs").isGreaterThan(told.size());
    }
}
