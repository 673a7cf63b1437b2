package com.terafy.monitor.health;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.PoolOperations;
import com.terafy.monitor.pools.Monitors;
import com.terafy.monitor.pools.PoolMonitors;
import com.terafy.monitor.snapshot.ProxiedPool;
import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.TestPostgres;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which databases a server needs to be ready. */
class HealthServletTest {

    private final FaultProxy proxy = FaultProxy.to(TestPostgres.shared());
    private final FaultProxy away = FaultProxy.to(TestPostgres.shared());

    @AfterEach
    void end() {
        proxy.close();
        away.close();
    }

    private boolean ready(String counts) throws SQLException {
        away.refuse();
        List<PoolOperations> pools = List.of(
                new ProxiedPool(proxy), new ProxiedPool(away, "Reporting", Map.of("DB_POOL_READINESS", counts)));
        try (PoolMonitors monitors = Monitors.of(pools)) {
            return HealthServlet.serve(monitors.all());
        }
    }

    @Test
    void theDatabasesOfAllPoolsThatCountAreNeeded() throws SQLException {
        assertThat(ready("true")).isFalse();
    }

    @Test
    void thatOfAPoolThatDoesNotCountIsNot() throws SQLException {
        assertThat(ready("false")).isTrue();
    }
}
