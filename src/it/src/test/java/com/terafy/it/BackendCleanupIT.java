package com.terafy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.Lease;
import com.terafy.testkit.Backend;
import com.terafy.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.awaitility.Awaitility;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The timer in the server: what it ends and what it spares. The defaults, 5 minutes and 30 seconds, are scaled down to 5
 * and 0.5 seconds in arquillian.xml; that a pool has gone takes its two and a half minutes.
 */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class BackendCleanupIT {

    /** So long must an instance have shown no sign of life, and be seen so. */
    private static final Duration SILENCE = Duration.ofSeconds(60 + 90);

    private final TestPostgres postgres = SharedPostgres.get();
    /** Among those that are opened. */
    private static final int LEASE = 5;

    private final List<Connection> opened = new ArrayList<>();
    private ServerLog log;

    @Deployment(name = "terafy", order = 1, testable = false)
    static EnterpriseArchive ear() {
        return Archives.ear();
    }

    @Deployment(name = "probe", order = 2, testable = false)
    static WebArchive probe() {
        return Archives.probe();
    }

    @BeforeEach
    void markTheLog() {
        log = ServerLog.ofServer().mark();
    }

    @AfterEach
    void closeSessions() throws SQLException {
        for (Connection connection : opened) {
            connection.close();
        }
    }

    @Test
    void abandonedBackendsAreEndedAndAuditedAndFriendsAreSpared() throws SQLException {
        postgres.createRole("another_role", "another-password");
        long psql = open("terafy_app", password(), "psql");
        long orphan = open("terafy_app", password(), "terafy/ghost/TerafyDS/0badcafe");
        long reporting = open("terafy_app", password(), "reporting");
        long another = open("another_role", "another-password", "psql");
        long peer = open("terafy_app", password(), "terafy/peer/TerafyDS/0ce11f1e");
        open("terafy_app", password(), "terafy/peer/TerafyDS/0ce11f1e/lease");
        long renamed = open("terafy_app", password(), "report");
        sayLease(renamed);
        Awaiting.until("the minimum", () -> PooledBackends.of(postgres).size() >= 2);
        List<Long> pool = PooledBackends.of(postgres).stream()
                .map(Backend::pid)
                .map(Long::valueOf)
                .toList();

        Awaitility.await("the end of the orphan and of the idle psql")
                .atMost(SILENCE.plusSeconds(45))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> {
                    sayLease(renamed);
                    return !isThere(orphan) && !isThere(psql);
                });

        assertThat(List.of(reporting, another, peer, renamed)).allMatch(this::isThere);
        assertThat(pool).filteredOn(this::isThere).hasSizeGreaterThanOrEqualTo(2);
        Awaiting.until(
                "both lines of the audit log", () -> log.messages("TERAFY0420").size() == 2);
        assertThat(log.messages("TERAFY0420"))
                .anyMatch(line -> line.contains(Long.toString(psql)) && line.contains("psql"))
                .anyMatch(line -> line.contains(Long.toString(orphan)) && line.contains("ghost"))
                .hasSize(2);
    }

    private long open(String role, String rolePassword, String applicationName) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", role);
        properties.setProperty("password", rolePassword);
        properties.setProperty("ApplicationName", applicationName);
        properties.setProperty("assumeMinServerVersion", "9.0");
        Connection connection = DriverManager.getConnection(postgres.url(), properties);
        opened.add(connection);
        return connection.unwrap(org.postgresql.PGConnection.class).getBackendPID();
    }

    /** Stands for a second node: it lives, and has lent something that its borrower calls otherwise. */
    private void sayLease(long lent) throws SQLException {
        Lease said = new Lease(2, 10, 1, 1, 0, Instant.EPOCH, Lease.NO_RULES, List.of(Math.toIntExact(lent)), false);
        try (Statement statement = opened.get(LEASE).createStatement()) {
            statement.execute(said.sql());
        }
    }

    private boolean isThere(long pid) {
        return postgres.backends().stream().anyMatch(backend -> backend.pid() == pid);
    }

    private static String password() {
        return System.getenv("DB_PASSWORD");
    }
}
