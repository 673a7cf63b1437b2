package com.terafy.it.nodes;

import com.terafy.api.Lease;
import com.terafy.api.PoolIdentity;
import com.terafy.testkit.Backend;
import com.terafy.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Nodes whose process was stopped for good, as the database sees one: sessions with the tag of a pool instance of which none
 * says anything more. For one thread.
 */
final class Dead implements AutoCloseable {

    private final TestPostgres postgres;
    private final Properties login = new Properties();
    private final List<Connection> open = new ArrayList<>();

    Dead(TestPostgres postgres, String role, String password) {
        this.postgres = postgres;
        login.setProperty("user", role);
        login.setProperty("password", password);
        login.setProperty("connectTimeout", "10");
        login.setProperty("assumeMinServerVersion", "9.0"); // the name goes into the startup packet
    }

    /** One more. */
    List<Orphan> die() throws SQLException {
        PoolIdentity identity = new PoolIdentity(
                "dead", "TerafyDS", -ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE));
        Map<Long, String> pids = new TreeMap<>();
        Connection idle = open(identity.applicationName(), pids, "an idle one");
        run(idle, "SELECT 1");
        Connection locking = open(identity.applicationName(), pids, "one with an advisory lock");
        run(locking, "SELECT pg_advisory_lock(pg_backend_pid())");
        Connection working = open(identity.applicationName(), pids, "one in a transaction");
        working.setAutoCommit(false);
        run(working, "SELECT 1");
        Connection renamed = open("nightly-report", pids, "a renamed one");
        run(renamed, "SELECT 1");
        Connection lease = open(identity.applicationName(Lease.PURPOSE), pids, "a lease");
        List<Integer> lent = pids.keySet().stream().map(Math::toIntExact).toList();
        run(lease, new Lease(2, 10, 4, 3, 0, Instant.now(), Lease.NO_RULES, lent, false).sql());
        Instant silent = Instant.now();
        return postgres.backends().stream()
                .filter(backend -> pids.containsKey(backend.pid()))
                .map(backend -> orphan(backend, identity, pids, silent))
                .toList();
    }

    private static Orphan orphan(Backend backend, PoolIdentity identity, Map<Long, String> pids, Instant silent) {
        String what = pids.get(backend.pid()) + " of " + identity.instanceText();
        return new Orphan(
                Session.of(backend),
                what,
                PoolIdentity.parse(backend.applicationName()).isPresent(),
                silent);
    }

    private Connection open(String applicationName, Map<Long, String> pids, String what) throws SQLException {
        Properties properties = new Properties();
        properties.putAll(login);
        properties.setProperty("ApplicationName", applicationName);
        Connection connection = DriverManager.getConnection(postgres.url(), properties);
        open.add(connection);
        pids.put((long) connection.unwrap(org.postgresql.PGConnection.class).getBackendPID(), what);
        return connection;
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() {
        for (Connection connection : open) {
            try {
                connection.close();
            } catch (SQLException ended) {
                System.getLogger("nodes").log(System.Logger.Level.DEBUG, "cannot close", ended);
            }
        }
        open.clear();
    }
}
