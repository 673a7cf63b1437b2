package com.terafy.cleanup;

import com.terafy.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Properties;
import org.awaitility.Awaitility;

/** The PostgreSQL of this module's tests, its roles, and sessions beside the pools. */
public final class CleanupServer {

    public static final String APP = "terafy_app";
    public static final String PAYROLL = "payroll";
    public static final String READER = "reader_of_stats";

    private static final String PASSWORD = "for-tests-only";

    private CleanupServer() {}

    /** The server that the tests share, with the roles in it. */
    public static TestPostgres server() {
        return WithRoles.SERVER;
    }

    private static final class WithRoles {

        static final TestPostgres SERVER = TestPostgres.shared();

        static {
            SERVER.createRole(APP, PASSWORD);
            SERVER.createRole(PAYROLL, PASSWORD);
            SERVER.createRole(READER, PASSWORD);
            SERVER.execute("GRANT pg_read_all_stats TO " + READER);
        }
    }

    public static Properties login(String role, String applicationName) {
        Properties properties = new Properties();
        properties.setProperty("user", role);
        properties.setProperty("password", PASSWORD);
        properties.setProperty("ApplicationName", applicationName);
        properties.setProperty("assumeMinServerVersion", "9.0"); // the name goes into the startup packet
        return properties;
    }

    public static Connection open(TestPostgres server, String role, String applicationName) throws SQLException {
        return DriverManager.getConnection(server.url(), login(role, applicationName));
    }

    public static Connection open(String role, String applicationName) throws SQLException {
        return open(server(), role, applicationName);
    }

    /** An open transaction with nothing running in it. */
    public static Connection idleInTransaction(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        run(connection, "SELECT 1");
        return connection;
    }

    public static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    public static int pid(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
            row.next();
            return row.getInt(1);
        }
    }

    public static Instant start(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()")) {
            row.next();
            return row.getObject(1, OffsetDateTime.class).toInstant();
        }
    }

    /** Waits until the server has seen every session of clients, but the superusers', unchanged for this long. */
    public static void awaitAllUnchangedFor(Duration age) {
        await(
                "every session is unchanged for " + age,
                "SELECT NOT EXISTS (SELECT FROM pg_stat_activity"
                        + " WHERE backend_type = 'client backend' AND usename <> 'postgres'"
                        + " AND clock_timestamp() - state_change <= interval '" + age.toMillis() + " ms')");
    }

    public static void awaitActive(String applicationName) {
        await(
                applicationName + " is active",
                "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE state = 'active'" + " AND application_name = '"
                        + applicationName + "')");
    }

    public static boolean isThere(int pid) {
        return isTrue("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = " + pid + ")");
    }

    private static void await(String what, String condition) {
        Awaitility.await(what)
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> isTrue(condition));
    }

    private static boolean isTrue(String condition) {
        try (Connection superuser = server().superuser();
                PreparedStatement statement = superuser.prepareStatement(condition);
                ResultSet row = statement.executeQuery()) {
            return row.next() && row.getBoolean(1);
        } catch (SQLException e) {
            throw new IllegalStateException(condition, e);
        }
    }
}
