package com.terafy.bench.run;

import com.terafy.server.WildflyServer;
import com.terafy.server.WildflyServerBuilder;
import com.terafy.testkit.LocalPorts;
import com.terafy.testkit.TestPostgres;
import java.nio.file.Path;
import java.util.UUID;

/** A database with the benchmark's tables, and the way to servers that use it. */
final class Surroundings implements AutoCloseable {

    private static final String USER = "terafy_app";
    private static final int ROWS = 100_000;

    private final String password = UUID.randomUUID().toString();
    private final TestPostgres postgres = TestPostgres.start("max_connections", "200");

    Surroundings() {
        postgres.createRole(USER, password);
        postgres.execute(
                "CREATE TABLE bench_counter (id int PRIMARY KEY, n bigint NOT NULL) WITH (fillfactor = 10)",
                "INSERT INTO bench_counter VALUES (1, 0)",
                "CREATE TABLE bench_rows AS SELECT i AS a, 2 * i AS b, 3 * i AS c, i % 7 AS d, i % 1000 AS e,"
                        + " 'name ' || i AS f, 'street ' || i % 100 AS g, 'town ' || i % 10 AS h, 'x' AS i, 'note' AS j"
                        + " FROM generate_series(1::bigint, " + ROWS + ") AS i",
                "VACUUM ANALYZE bench_rows",
                "GRANT SELECT, UPDATE ON bench_counter, bench_rows TO " + USER);
    }

    TestPostgres postgres() {
        return postgres;
    }

    /**
     * Describes a server whose peers and whose Terafy use the database.
     *
     * @param home the installation of WildFly, with the peers in it
     */
    WildflyServerBuilder server(Path home) {
        return WildflyServer.of(home)
                .httpPort(LocalPorts.free())
                .managementPort(LocalPorts.free())
                .with("DB_HOST", postgres.host())
                .with("DB_PORT", Integer.toString(postgres.port()))
                .with("DB_NAME", TestPostgres.DATABASE)
                .with("DB_USER", USER)
                .with("DB_PASSWORD", password)
                .without("DB_PASSWORD_FILE")
                .without("DB_ADMIN_USER")
                .without("DB_ADMIN_PASSWORD")
                .without("DB_ADMIN_PASSWORD_FILE")
                .with("BENCH_URL", postgres.url());
    }

    /**
     * Returns when the server is there with all that was to be deployed.
     *
     * @throws IllegalStateException if something could not be deployed
     */
    static void awaitDeployed(WildflyServer server) {
        server.awaitStarted(Bench.START_LIMIT);
        server.failedDeployments().forEach((name, reason) -> {
            throw new IllegalStateException(name + " could not be deployed: " + reason + "\nSee " + server.logFile());
        });
    }

    @Override
    public void close() {
        postgres.close();
    }
}
