package com.terafy.monitor.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.monitor.pools.Monitors;
import com.terafy.monitor.pools.PoolMonitor;
import com.terafy.monitor.pools.PoolMonitors;
import com.terafy.monitor.snapshot.ProxiedPool;
import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.TestPostgres;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PoolNowTest {

    /** Two series of one server would be two alerts of one cause. */
    @Test
    void whatIsOfTheServerIsToldOnceByTheFirstPoolThatKnowsIt() throws SQLException {
        try (FaultProxy proxy = FaultProxy.to(TestPostgres.shared());
                PoolMonitors monitors =
                        Monitors.of(List.of(new ProxiedPool(proxy), new ProxiedPool(proxy, "Reporting", Map.of())))) {
            List<PoolMonitor> both = monitors.all();
            assertThat(PoolNow.of(both)).extracting(PoolNow::exceeded).allMatch(exceeded -> exceeded.isEmpty());
            both.get(1).snapshot(); // opens its session, by which the other sees that it is on the same server
            assertThat(PoolNow.of(both))
                    .extracting(pool -> pool.exceeded().isPresent())
                    .containsExactly(false, true);
            both.get(0).snapshot();
            assertThat(PoolNow.of(both))
                    .extracting(pool -> pool.exceeded().isPresent())
                    .containsExactly(true, false);
        }
    }
}
