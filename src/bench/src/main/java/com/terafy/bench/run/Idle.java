package com.terafy.bench.run;

import com.terafy.testkit.Backend;
import com.terafy.testkit.TestPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A server that nobody uses, looked at for a minute.
 *
 * @param transactions that it had PostgreSQL make in that minute; without one of its own, each round trip is one
 * @param logins connections that it opened in that minute
 * @param backends application names of those that are open
 * @param threads see {@link ServerProcess#threads()}
 */
record Idle(
        long transactions,
        long logins,
        List<String> backends,
        List<String> threads,
        long heapBytes,
        long metaspaceBytes) {

    private static final Duration SETTLE = Duration.ofSeconds(15);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final String COUNTERS = "SELECT xact_commit + xact_rollback, sessions FROM pg_stat_database"
            + " WHERE datname = current_database()";

    private record Reading(long transactions, long logins) {}

    static Idle of(TestPostgres postgres) throws SQLException, IOException, InterruptedException {
        ServerProcess server = ServerProcess.running();
        try (Connection own = postgres.superuser()) {
            // What starting up had to do is over, and sessions have reported it: they wait up to ten seconds with that
            TimeUnit.SECONDS.sleep(SETTLE.toSeconds());
            Reading before = read(own);
            TimeUnit.SECONDS.sleep(MINUTE.toSeconds());
            Reading after = read(own);
            return new Idle(
                    after.transactions() - before.transactions() - 1, // the first reading
                    after.logins() - before.logins(),
                    postgres.backends("terafy").stream()
                            .map(Backend::applicationName)
                            .toList(),
                    server.threads(),
                    server.heapBytes(),
                    server.metaspaceBytes());
        }
    }

    private static Reading read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(COUNTERS)) {
            row.next();
            return new Reading(row.getLong(1), row.getLong(2));
        }
    }
}
