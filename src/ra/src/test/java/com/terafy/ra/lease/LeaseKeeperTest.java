package com.terafy.ra.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.api.Lease;
import com.terafy.testkit.ManualTicker;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A server that refuses. */
class LeaseKeeperTest {

    private static final Lease SAID = new Lease(0, 10, 0, 0, 0, Instant.EPOCH, Lease.NO_RULES, List.of(), false);

    private final ManualTicker clock = new ManualTicker();
    private final AtomicInteger logins = new AtomicInteger();

    /** The server counts these, and may lock the role. */
    @Test
    void aWrongPasswordIsTriedEvery30SecondsWhoeverAsks() {
        LeaseKeeper keeper = keeper("28P01");
        for (int second = 0; second < 60; second++) {
            keeper.renew();
            assertThatThrownBy(() -> keeper.use(Duration.ZERO, connection -> null))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            refused -> assertThat(refused.getSQLState()).isEqualTo("28P01"));
            clock.advance(Duration.ofSeconds(1));
        }
        assertThat(logins).hasValue(2);
        keeper.hasten();
        keeper.renew();
        assertThat(logins).hasValue(3);
    }

    /** Meanwhile the pool's sessions show its life, as often as its lease would. */
    @Test
    void itIsDueEveryFiveSecondsAlsoWhileItIsRefused() {
        LeaseKeeper keeper = keeper("28P01");
        assertThat(keeper.isDue()).isTrue();
        assertThat(keeper.renew()).isFalse();
        clock.advance(Lease.INTERVAL);
        assertThat(keeper.isDue()).isTrue();
        assertThat(keeper.renew()).isFalse();
    }

    @Test
    void aFullServerIsAskedEachTime() {
        LeaseKeeper keeper = keeper("53300");
        keeper.renew();
        keeper.renew();
        assertThat(logins).hasValue(2);
    }

    private LeaseKeeper keeper(String state) {
        return new LeaseKeeper(
                "TerafyDS",
                clock,
                () -> {
                    logins.incrementAndGet();
                    throw new SQLException("refused", state);
                },
                () -> SAID,
                true);
    }
}
