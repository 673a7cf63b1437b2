package com.terafy.bench.run;

import com.terafy.bench.Round;
import com.terafy.bench.Table;
import com.terafy.server.WildflyServer;
import com.terafy.testkit.TestPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** One PostgreSQL, one WildFly with terafy.ear and its peers, all measured in turn. */
public final class Bench {

    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final int ROWS = 100_000;

    private final Path home;
    private final Path base;
    private final Path ear;
    private final Path war;

    /**
     * @param home the installation of WildFly, with the peers in it
     * @param base a directory for the server of this run
     */
    public Bench(Path home, Path base, Path ear, Path war) {
        this.home = home;
        this.base = base;
        this.ear = ear;
        this.war = war;
    }

    /** Prints the table of the full run. The arguments are those of the constructor. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Bench bench =
                new Bench(Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2]), Path.of(arguments[3]));
        System.out.println(bench.run(Plan.asTold()).text());
    }

    /**
     * Measures.
     *
     * @throws IllegalStateException if something could not be deployed or measured
     */
    public Table run(Plan plan) throws IOException, InterruptedException {
        String password = UUID.randomUUID().toString();
        try (TestPostgres postgres = database(password);
                WildflyServer server = server(postgres, password)) {
            server.awaitStarted(START_LIMIT);
            server.failedDeployments().forEach((name, reason) -> {
                throw new IllegalStateException(
                        name + " could not be deployed: " + reason + "\nSee " + server.logFile());
            });
            System.out.printf(
                    "PostgreSQL %s, Java %s, %d processors, %d rounds of %d ms%n",
                    postgres.setting("server_version"),
                    Runtime.version(),
                    Runtime.getRuntime().availableProcessors(),
                    plan.rounds(),
                    plan.sliceMillis());
            return new Table(rounds(server, plan));
        }
    }

    private static TestPostgres database(String password) {
        TestPostgres postgres = TestPostgres.start("max_connections", "200");
        postgres.createRole("terafy_app", password);
        postgres.execute(
                "CREATE TABLE bench_counter (id int PRIMARY KEY, n bigint NOT NULL) WITH (fillfactor = 10)",
                "INSERT INTO bench_counter VALUES (1, 0)",
                "CREATE TABLE bench_rows AS SELECT i AS a, 2 * i AS b, 3 * i AS c, i % 7 AS d, i % 1000 AS e,"
                        + " 'name ' || i AS f, 'street ' || i % 100 AS g, 'town ' || i % 10 AS h, 'x' AS i, 'note' AS j"
                        + " FROM generate_series(1::bigint, " + ROWS + ") AS i",
                "VACUUM ANALYZE bench_rows",
                "GRANT SELECT, UPDATE ON bench_counter, bench_rows TO terafy_app");
        return postgres;
    }

    /** The backend cleanup is off: it would end the peers' idle connections, which carry no lease. */
    private WildflyServer server(TestPostgres postgres, String password) {
        return WildflyServer.of(home)
                .httpPort(freePort())
                .managementPort(freePort())
                .with("DB_HOST", postgres.host())
                .with("DB_PORT", Integer.toString(postgres.port()))
                .with("DB_NAME", TestPostgres.DATABASE)
                .with("DB_USER", "terafy_app")
                .with("DB_PASSWORD", password)
                .without("DB_PASSWORD_FILE")
                .without("DB_ADMIN_USER")
                .without("DB_ADMIN_PASSWORD")
                .without("DB_ADMIN_PASSWORD_FILE")
                .with("DB_POOL_MAX", "10")
                .with("DB_CLEANUP_ENABLED", "false")
                .with("BENCH_URL", postgres.url())
                .deploy(ear)
                .deploy(war)
                .start(base);
    }

    private static int freePort() {
        int port;
        do {
            port = ThreadLocalRandom.current().nextInt(15_000, 32_000);
        } while (!WildflyServer.isFree(port));
        return port;
    }

    private static List<Round> rounds(WildflyServer server, Plan plan) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + "/bench/rounds?" + plan.query()))
                // WildFly ends an HTTP/2 connection that makes no new request for a minute
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        List<Round> rounds = new ArrayList<>();
        List<String> others = new ArrayList<>();
        try (Stream<String> lines =
                HttpClient.newHttpClient().send(request, BodyHandlers.ofLines()).body()) {
            lines.forEach(line -> {
                Round round = Round.parse(line);
                if (round == null) {
                    others.add(line);
                } else {
                    rounds.add(round);
                }
            });
        }
        if (!others.contains("done")) {
            throw new IllegalStateException("The benchmark broke off: " + others + "\nSee " + server.logFile());
        }
        return rounds;
    }
}
