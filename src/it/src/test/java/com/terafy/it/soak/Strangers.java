package com.terafy.it.soak;

import com.terafy.it.Awaiting;
import com.terafy.testkit.Backend;
import com.terafy.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Sessions of others in the same database, by which the pool and the backend cleanup must do nothing: one of the
 * pool's role that works, one of the pool's role that is idle but allowed to, and one of another role that is idle. Thread-safe.
 */
final class Strangers implements AutoCloseable {

    private static final String POOL_ROLE = "terafy_app";
    private static final String ROLE = "soak_stranger";

    private final TestPostgres postgres;
    private final String password = UUID.randomUUID().toString();
    private final List<Connection> open = new ArrayList<>(); // guarded by this, as are all below
    private final Set<Integer> pids = new HashSet<>();
    private final List<Connection> hoard = new ArrayList<>();

    Strangers(TestPostgres postgres) {
        this.postgres = postgres;
        postgres.execute("DROP ROLE IF EXISTS " + ROLE);
        postgres.createRole(ROLE, password);
        comeBack();
    }

    /** After the end of the whole server. */
    synchronized void comeBack() {
        try {
            open.add(postgres.connect(POOL_ROLE, System.getProperty("it.app.password")));
            open.add(postgres.connect(POOL_ROLE, System.getProperty("it.app.password")));
            open.get(1).setClientInfo("ApplicationName", "reporting"); // as allowed in arquillian.xml
            open.add(postgres.connect(ROLE, password));
            for (Connection connection : open) {
                pids.add(connection.unwrap(org.postgresql.PGConnection.class).getBackendPID());
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Nobody is missed from now on until {@link #comeBack()}. */
    synchronized void mayEnd() {
        pids.clear();
        close(open);
    }

    /** The first is at work. */
    synchronized void work() {
        if (!open.isEmpty()) {
            try (Statement statement = open.get(0).createStatement()) {
                statement.execute("SELECT 1");
            } catch (SQLException e) {
                throw new IllegalStateException("A stranger cannot work: " + e.getMessage(), e);
            }
        }
    }

    /** Those that are missing among the backends. */
    synchronized Set<Integer> missingIn(List<Backend> backends) {
        Set<Long> there = backends.stream().map(Backend::pid).collect(Collectors.toSet());
        return pids.stream().filter(pid -> !there.contains(pid.longValue())).collect(Collectors.toSet());
    }

    /** All that PostgreSQL has for ordinary roles. */
    synchronized void takeAllConnections() {
        try {
            while (true) {
                hoard.add(postgres.connect(ROLE, password));
            }
        } catch (IllegalStateException full) {
            if (!String.valueOf(full.getMessage()).contains("connection slots")
                    && !String.valueOf(full.getMessage()).contains("too many clients")) {
                throw full;
            }
        }
    }

    /** Returns when PostgreSQL has room again. */
    synchronized void giveThemBack() {
        int wanted = hoard.size();
        int before = count();
        close(hoard);
        Awaiting.until("the hoard to be gone", () -> count() <= before - wanted);
    }

    private int count() {
        return (int) postgres.backends(ROLE).stream().count();
    }

    private static void close(List<Connection> connections) {
        for (Connection connection : connections) {
            try {
                connection.close();
            } catch (SQLException alreadyBroken) {
                System.getLogger("soak").log(System.Logger.Level.DEBUG, "cannot close", alreadyBroken);
            }
        }
        connections.clear();
    }

    @Override
    public synchronized void close() {
        mayEnd();
        close(hoard);
    }
}
