package com.terafy.testkit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.util.PasswordUtil;

/**
 * The testkit's own superuser connection, kept open and made anew when it has died.
 *
 * <p>Thread-safe: one statement at a time.
 */
final class Monitor {

    private static final Duration WAIT_LIMIT = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final int TERMINATE_LIMIT_MILLIS = 10_000;

    private static final String BACKENDS = """
            SELECT pid, backend_start, datname, usename, application_name, state, state_change, query
            FROM pg_stat_activity
            WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND usename IS NOT NULL
            ORDER BY backend_start, pid
            """;

    private final Supplier<Connection> source;
    private @Nullable Connection connection; // guarded by this

    Monitor(Supplier<Connection> source) {
        this.source = source;
    }

    /** Something done with a connection. */
    @FunctionalInterface
    private interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    void execute(String... statements) {
        for (String sql : statements) {
            call(open -> {
                try (Statement statement = open.createStatement()) {
                    return statement.execute(sql);
                }
            });
        }
    }

    void createRole(String name, String password) {
        call(open -> {
            String verifier = PasswordUtil.encodePassword(name, password.toCharArray(), "scram-sha-256");
            PGConnection postgres = open.unwrap(PGConnection.class);
            try (Statement statement = open.createStatement()) {
                return statement.execute("CREATE ROLE " + postgres.escapeIdentifier(name) + " LOGIN PASSWORD '"
                        + postgres.escapeLiteral(verifier) + "'");
            }
        });
    }

    String setting(String name) {
        return call(open -> text(open, "SELECT current_setting(?)", name));
    }

    /** New backends inherit the moment of the last reload from the postmaster. */
    void reload(String name, String value) {
        Instant before = loaded();
        call(open -> {
            PGConnection postgres = open.unwrap(PGConnection.class);
            try (Statement statement = open.createStatement()) {
                statement.execute("ALTER SYSTEM SET " + name + " = '" + postgres.escapeLiteral(value) + "'");
                return statement.execute("SELECT pg_reload_conf()");
            }
        });
        Awaitility.await("the settings are loaded")
                .atMost(WAIT_LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(POLL)
                .until(() -> loaded().isAfter(before));
        forget();
    }

    private Instant loaded() {
        try (Connection fresh = source.get();
                Statement statement = fresh.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_conf_load_time()")) {
            row.next();
            return row.getTimestamp(1).toInstant();
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot ask when the settings were loaded", e);
        }
    }

    List<Backend> backends() {
        return call(open -> {
            List<Backend> backends = new ArrayList<>();
            try (Statement statement = open.createStatement();
                    ResultSet rows = statement.executeQuery(BACKENDS)) {
                while (rows.next()) {
                    backends.add(backend(rows));
                }
            }
            return List.copyOf(backends);
        });
    }

    private static Backend backend(ResultSet row) throws SQLException {
        Timestamp stateChange = row.getTimestamp("state_change");
        return new Backend(
                row.getLong("pid"),
                row.getTimestamp("backend_start").toInstant(),
                row.getString("datname"),
                row.getString("usename"),
                row.getString("application_name"),
                row.getString("state"),
                stateChange == null ? null : stateChange.toInstant(),
                row.getString("query"));
    }

    boolean terminate(long pid) {
        return call(open -> {
            try (PreparedStatement statement = open.prepareStatement("SELECT pg_terminate_backend(?, ?)")) {
                statement.setInt(1, Math.toIntExact(pid));
                statement.setLong(2, TERMINATE_LIMIT_MILLIS);
                try (ResultSet row = statement.executeQuery()) {
                    return row.next() && row.getBoolean(1);
                }
            }
        });
    }

    void promote() {
        call(open -> text(open, "SELECT pg_promote(true, ?::int)", Long.toString(WAIT_LIMIT.toSeconds())));
        if (isInRecovery()) {
            throw new IllegalStateException("The standby was not promoted within " + WAIT_LIMIT);
        }
    }

    boolean isInRecovery() {
        return call(open -> text(open, "SELECT pg_is_in_recovery()::text")).equals("true");
    }

    String writtenUpTo() {
        return call(open -> text(open, "SELECT pg_current_wal_lsn()::text"));
    }

    void awaitReplay(String position) {
        String question = "SELECT coalesce(pg_last_wal_replay_lsn() >= ?::pg_lsn, false)::text";
        Awaitility.await("the standby has replayed up to " + position)
                .atMost(WAIT_LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(POLL)
                .until(() -> call(open -> text(open, question, position)).equals("true"));
    }

    void awaitAccepting() {
        forget();
        Awaitility.await("PostgreSQL accepts connections")
                .atMost(WAIT_LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(POLL)
                .ignoreExceptionsInstanceOf(IllegalStateException.class)
                .until(() -> call(open -> open.isValid(1)));
    }

    private static String text(Connection open, String query, String... arguments) throws SQLException {
        try (PreparedStatement statement = open.prepareStatement(query)) {
            for (int i = 0; i < arguments.length; i++) {
                statement.setString(i + 1, arguments[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }

    /** A connection that has died since its last use is replaced once; other errors are the caller's. */
    private synchronized <T> T call(Work<T> work) {
        try {
            if (connection == null || !connection.isValid(10)) {
                forget();
                connection = source.get();
            }
            return work.on(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /** Closes the connection; the next use makes another. */
    synchronized void forget() {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException alreadyBroken) {
                connection = null;
            }
            connection = null;
        }
    }
}
