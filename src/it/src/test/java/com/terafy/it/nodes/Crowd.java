package com.terafy.it.nodes;

import com.terafy.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Others who take all connections that there are, and each that becomes free, until they leave. For one thread. */
final class Crowd {

    static final String ROLE = "crowd";

    private static final long REST_MILLIS = 20;

    private final TestPostgres postgres;
    private final String password = UUID.randomUUID().toString();
    private final List<Connection> taken = new ArrayList<>(); // of the thread while it runs
    private volatile boolean leaving;
    private volatile boolean full;
    private Thread thread = new Thread();

    Crowd(TestPostgres postgres) {
        this.postgres = postgres;
        postgres.createRole(ROLE, password);
    }

    /** Returns when there is no room any more. */
    void come() {
        leaving = false;
        full = false;
        thread = new Thread(this::take, "crowd");
        thread.setDaemon(true);
        thread.start();
        while (!full) {
            rest();
        }
    }

    private void take() {
        while (!leaving) {
            try {
                taken.add(postgres.connect(ROLE, password));
            } catch (IllegalStateException refused) {
                full = true;
                rest();
            }
        }
    }

    /** Returns when all have gone. */
    int leave() throws InterruptedException {
        leaving = true;
        thread.join();
        int count = taken.size();
        for (Connection connection : taken) {
            try {
                connection.close();
            } catch (SQLException alreadyBroken) {
                System.getLogger("nodes").log(System.Logger.Level.DEBUG, "cannot close", alreadyBroken);
            }
        }
        taken.clear();
        return count;
    }

    private static void rest() {
        try {
            TimeUnit.MILLISECONDS.sleep(REST_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
