package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The connections that a server has left for ordinary roles, taken by others than the pool. */
final class Slots {

    private final TestPostgres postgres;
    private final String role;
    private final String password;
    private final List<Connection> taken = new ArrayList<>();

    Slots(TestPostgres postgres, String role, String password) {
        this.postgres = postgres;
        this.role = role;
        this.password = password;
    }

    /** Until the server is full. */
    void takeAll() {
        while (true) {
            try {
                taken.add(postgres.connect(role, password));
            } catch (RuntimeException full) {
                assertThat(full).hasMessageContaining("connection slots");
                return;
            }
        }
    }

    /** One of those that were taken. */
    Connection any() {
        return taken.get(0);
    }

    void giveBack() throws SQLException {
        for (Connection each : taken) {
            each.close();
        }
        taken.clear();
    }
}
