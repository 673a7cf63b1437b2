package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.pool.sessions.Patience;
import com.terafy.pool.settings.Setting;
import com.terafy.ra.connect.PhysicalConnection;
import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.TestPostgres;
import jakarta.resource.ResourceException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a borrower spends in the adapter while the other end is silent. Bounds are wide; a fault lasts for ever. */
class SilentPeerTest {

    private static final Duration ACQUIRE_TIMEOUT = Duration.ofSeconds(4);

    private static final Duration BOUND = ACQUIRE_TIMEOUT.plusSeconds(2);

    private final FaultProxy network = FaultProxy.to(TestPostgres.shared());
    private PoolFixture fixture;

    @BeforeEach
    void open() throws ResourceException {
        fixture = PoolFixture.through(network, TestPostgres.shared())
                .with(Setting.DB_POOL_ACQUIRE_TIMEOUT, ACQUIRE_TIMEOUT.toSeconds() + "s")
                .open();
    }

    @AfterEach
    void close() {
        network.pass();
        fixture.close();
        network.close();
    }

    private void assertFailsInTime() {
        long began = System.nanoTime();
        assertThatThrownBy(fixture.dataSource::getConnection).isInstanceOf(SQLTransientConnectionException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(BOUND);
    }

    @Test
    void tenSilentSuspectsDoNotAddUpForOneBorrower() throws Exception {
        fixture.prefill(10);
        fixture.pool.liveness().alarm();
        network.freeze();

        assertFailsInTime();
    }

    @Test
    void connectingToASilentServerEndsWithTheBorrowersTime() {
        network.freeze();

        assertFailsInTime();
    }

    @Test
    void oneSilentSessionMakesSuspectsOfTheOthers() throws Exception {
        PhysicalConnection silent = fixture.prefillOne().session().physical();
        PhysicalConnection other = fixture.prefillOne().session().physical();
        network.freeze();
        assertThat(fixture.pool.liveness().validate(silent)).isFalse();
        network.pass();
        int alarms = fixture.pool.liveness().alarmsNow();
        assertThat(other.alarmsSeen()).isNotEqualTo(alarms);

        assertThat(fixture.pool.liveness().isUsable(other, System.nanoTime(), Patience.of(ACQUIRE_TIMEOUT)))
                .isTrue();

        assertThat(other.alarmsSeen()).isEqualTo(alarms);
    }
}
