package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.pool.time.Ticker;
import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.TestPostgres;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a borrower spends in the adapter while the other end is silent. Bounds are wide; a fault lasts for ever. */
class SilentPeerTest {

    private static final Duration ACQUIRE_TIMEOUT = Duration.ofSeconds(4);

    /** An attempt to connect is given a second at least. */
    private static final Duration BOUND = ACQUIRE_TIMEOUT.plusSeconds(2);

    private final FaultProxy network = FaultProxy.to(TestPostgres.shared());
    private final TerafyManagedConnectionFactory factory = Factories.on(TestPostgres.shared());
    private final List<TerafyManagedConnection> idle = new ArrayList<>();

    @BeforeEach
    void openTen() throws ResourceException {
        factory.setPort(Integer.toString(network.port()));
        for (int i = 0; i < 10; i++) {
            TerafyManagedConnection connection = (TerafyManagedConnection) factory.createManagedConnection(null, null);
            connection.addConnectionEventListener(new Deaf());
            idle.add(connection);
        }
    }

    @AfterEach
    void close() {
        network.pass();
        idle.forEach(TerafyManagedConnection::destroy);
        network.close();
    }

    @Test
    void tenSilentSuspectsDoNotAddUpForOneBorrower() throws ResourceException {
        factory.pool().liveness().alarm();
        network.freeze();
        Duration spent = borrowing(() -> {
            for (TerafyManagedConnection connection : idle) {
                assertThat(factory.matchManagedConnections(Set.of(connection), null, null))
                        .isNull();
                connection.destroy();
            }
            assertThatThrownBy(() -> factory.createManagedConnection(null, null))
                    .isInstanceOf(ResourceException.class);
        });
        assertThat(spent).isLessThan(BOUND);
    }

    @Test
    void connectingToASilentServerEndsWithTheBorrowersTime() throws ResourceException {
        network.freeze();
        Duration spent = borrowing(() -> assertThatThrownBy(() -> factory.createManagedConnection(null, null))
                .isInstanceOf(ResourceException.class));
        assertThat(spent).isLessThan(BOUND);
    }

    @Test
    void oneSilentConnectionMakesSuspectsOfTheOthers() throws ResourceException {
        network.freeze();
        assertThat(factory.getInvalidConnections(Set.of(idle.get(0))).size()).isEqualTo(1);
        network.pass();
        assertThat(idle.get(1).physical().alarmsSeen())
                .isNotEqualTo(factory.pool().liveness().alarmsNow());
        assertThat(factory.matchManagedConnections(Set.of(idle.get(1)), null, null))
                .isSameAs(idle.get(1));
        assertThat(idle.get(1).physical().alarmsSeen())
                .isEqualTo(factory.pool().liveness().alarmsNow());
    }

    private Duration borrowing(Borrow borrow) throws ResourceException {
        long began = System.nanoTime();
        BorrowAttempt.begin(Ticker.SYSTEM, ACQUIRE_TIMEOUT);
        try {
            borrow.run();
        } finally {
            BorrowAttempt.end();
        }
        return Duration.ofNanos(System.nanoTime() - began);
    }

    @FunctionalInterface
    private interface Borrow {
        void run() throws ResourceException;
    }

    private static final class Deaf implements ConnectionEventListener {

        @Override
        public void connectionClosed(ConnectionEvent event) {}

        @Override
        public void localTransactionStarted(ConnectionEvent event) {}

        @Override
        public void localTransactionCommitted(ConnectionEvent event) {}

        @Override
        public void localTransactionRolledback(ConnectionEvent event) {}

        @Override
        public void connectionErrorOccurred(ConnectionEvent event) {}
    }
}
