package com.terafy.jmh;

import com.terafy.api.SessionContext;
import com.terafy.api.TerafyDataSource;
import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingDeque;

/**
 * What a session that is fresh for every borrower costs: a borrow with a prepared {@code SELECT 1} in it, with and without
 * the reset, beside a pool of the driver's connections that are reset by {@code DISCARD ALL} at their return. All by turns in
 * slices, each round a ratio to the first; the median of the ratios with its interval of 95 %, by bootstrap.
 *
 * <p>System properties: {@code reset.threads}, {@code reset.delay} (of the network, one way, in µs), {@code reset.rounds},
 * {@code reset.slice} (in ms). For one processor run the whole under {@code taskset}.
 */
public final class ResetCost {

    private static final int THREADS = Integer.getInteger("reset.threads", 1);
    private static final int DELAY_MICROS = Integer.getInteger("reset.delay", 0);
    private static final int ROUNDS = Integer.getInteger("reset.rounds", 21);
    private static final int SLICE_MILLIS = Integer.getInteger("reset.slice", 200);
    private static final int POOL = 10;

    /** Rounds until the code is compiled; on one processor that takes its time. */
    private static final int WARM_UP = 20;

    private static final int RESAMPLES = 2000;
    private static final String SQL = "SELECT 1";
    private static final String USER = "reset_cost";
    private static final String PASSWORD = UUID.randomUUID().toString();
    private static final SessionContext CONTEXT = SessionContext.of("app.user_id", "7");

    private ResetCost() {}

    /** One borrow with a query in it. */
    @FunctionalInterface
    private interface Use {
        void once() throws SQLException;
    }

    /** What a slice of each thread measured. */
    private record Figures(double p50Micros, double perSecond) {}

    /** Prints the table. */
    public static void main(String[] arguments) throws Exception {
        TestPostgres postgres = TestPostgres.shared();
        postgres.createRole(USER, PASSWORD);
        try (FaultProxy proxy = FaultProxy.to(postgres)) {
            int port = postgres.port();
            if (DELAY_MICROS > 0) {
                port = proxy.port();
                proxy.toServer().delay(Duration.ofNanos(DELAY_MICROS * 1000L));
                proxy.toClient().delay(Duration.ofNanos(DELAY_MICROS * 1000L));
            }
            Map<String, Use> uses = uses(postgres, port);
            Map<String, List<Figures>> all = new LinkedHashMap<>();
            for (int round = -WARM_UP; round < ROUNDS; round++) {
                for (Map.Entry<String, Use> use : uses.entrySet()) {
                    Figures figures = slice(use.getValue());
                    if (round >= 0) {
                        all.computeIfAbsent(use.getKey(), name -> new ArrayList<>())
                                .add(figures);
                    }
                }
            }
            print(all);
        }
        System.exit(0); // the pools have no end of their own here
    }

    private static Map<String, Use> uses(TestPostgres postgres, int port) throws Exception {
        String[] sizes = {"pool.min", "2", "pool.max", Integer.toString(POOL), "ssl.mode", "disable"};
        TerafyDataSource off = ManyBorrowers.dataSource(port, USER, PASSWORD, with(sizes, "session.reset", "off"));
        TerafyDataSource always =
                ManyBorrowers.dataSource(port, USER, PASSWORD, with(sizes, "session.reset", "always"));
        List<Connection> bare = new ArrayList<>();
        String url =
                "jdbc:postgresql://" + postgres.host() + ":" + port + "/" + TestPostgres.DATABASE + "?sslmode=disable";
        for (int i = 0; i < POOL; i++) {
            bare.add(DriverManager.getConnection(url, USER, PASSWORD));
        }
        Map<String, Use> uses = new LinkedHashMap<>();
        uses.put("off", () -> borrow(off));
        uses.put("always", () -> borrow(always));
        uses.put("the driver, DISCARD ALL at return", new DiscardAtReturn(bare));
        uses.put(
                "always, with a context",
                () -> always.withConnection(CONTEXT, connection -> {
                    query(connection);
                    return true;
                }));
        return uses;
    }

    private static String[] with(String[] settings, String... more) {
        String[] all = Arrays.copyOf(settings, settings.length + more.length);
        System.arraycopy(more, 0, all, settings.length, more.length);
        return all;
    }

    private static void borrow(TerafyDataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            query(connection);
        }
    }

    private static void query(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SQL)) {
            statement.executeQuery().close();
        }
    }

    /** The simplest pool there can be, of so many connections as {@link #POOL}. */
    private static final class DiscardAtReturn implements Use {

        private final LinkedBlockingDeque<Connection> idle;

        DiscardAtReturn(List<Connection> connections) {
            idle = new LinkedBlockingDeque<>(connections);
        }

        @Override
        public void once() throws SQLException {
            try {
                Connection connection = idle.takeFirst();
                query(connection);
                try (Statement statement = connection.createStatement()) {
                    statement.execute("DISCARD ALL");
                }
                idle.addFirst(connection);
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
        }
    }

    private static Figures slice(Use use) throws Exception {
        if (THREADS == 1) {
            return figures(List.of(timed(use)));
        }
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            Callable<long[]> work = () -> timed(use);
            List<long[]> times = new ArrayList<>();
            for (Future<long[]> one : threads.invokeAll(Collections.nCopies(THREADS, work))) {
                times.add(one.get());
            }
            return figures(times);
        } finally {
            threads.shutdown();
        }
    }

    private static long[] timed(Use use) throws SQLException {
        long[] times = new long[1024];
        int count = 0;
        long now = System.nanoTime();
        long end = now + SLICE_MILLIS * 1_000_000L;
        while (now < end) {
            use.once();
            long after = System.nanoTime();
            if (count == times.length) {
                times = Arrays.copyOf(times, 2 * count);
            }
            times[count++] = after - now;
            now = after;
        }
        return Arrays.copyOf(times, count);
    }

    private static Figures figures(List<long[]> times) {
        long[] all = times.stream().flatMapToLong(Arrays::stream).sorted().toArray();
        return new Figures(all[all.length / 2] / 1000.0, all.length * 1000.0 / SLICE_MILLIS);
    }

    private static void print(Map<String, List<Figures>> all) {
        System.out.printf(
                Locale.ROOT,
                "%d threads, pool of %d, network %d µs each way, %d rounds%n%-36s %12s %28s %14s %28s%n",
                THREADS,
                POOL,
                DELAY_MICROS,
                ROUNDS,
                "one borrow",
                "p50 µs",
                "by the first",
                "a second",
                "by the first");
        List<Figures> first = all.values().iterator().next();
        all.forEach((name, figures) -> System.out.printf(
                Locale.ROOT,
                "%-36s %12.1f %28s %14.0f %28s%n",
                name,
                median(figures.stream().mapToDouble(Figures::p50Micros).toArray()),
                ratio(
                        figures.stream().mapToDouble(Figures::p50Micros).toArray(),
                        first.stream().mapToDouble(Figures::p50Micros).toArray()),
                median(figures.stream().mapToDouble(Figures::perSecond).toArray()),
                ratio(
                        figures.stream().mapToDouble(Figures::perSecond).toArray(),
                        first.stream().mapToDouble(Figures::perSecond).toArray())));
    }

    private static String ratio(double[] of, double[] by) {
        double[] ratios = new double[of.length];
        for (int i = 0; i < of.length; i++) {
            ratios[i] = of[i] / by[i];
        }
        Random random = new Random(1);
        double[] medians = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            medians[i] = median(random.ints(ratios.length, 0, ratios.length)
                    .mapToDouble(at -> ratios[at])
                    .toArray());
        }
        Arrays.sort(medians);
        return String.format(
                Locale.ROOT,
                "%.2f [%.2f, %.2f]",
                median(ratios),
                medians[(int) (RESAMPLES * 0.025)],
                medians[(int) (RESAMPLES * 0.975)]);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return (sorted[sorted.length / 2] + sorted[(sorted.length - 1) / 2]) / 2;
    }
}
