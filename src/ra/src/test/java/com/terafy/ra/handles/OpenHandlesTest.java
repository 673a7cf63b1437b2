package com.terafy.ra.handles;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The list of open handles: nothing is lost, nothing is closed twice, whatever the order. */
class OpenHandlesTest {

    @Test
    void inWhateverOrderStatementsAreClosedTheRestIsClosedWithTheConnection() throws SQLException {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            Fixture fixture = new Fixture();
            List<Statement> statements = new ArrayList<>();
            List<Recorder> drivers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                statements.add(fixture.connection.createStatement());
                drivers.add(fixture.driverOf(statements.get(i)));
            }
            Collections.shuffle(statements, random);
            for (Statement statement : statements.subList(0, random.nextInt(9))) {
                statement.close();
            }

            fixture.connection.close();

            assertThat(drivers)
                    .as("seed %d", seed)
                    .allSatisfy(driver -> assertThat(driver.names()).containsExactly("close"));
        }
    }

    @Test
    void aHandleThatIsClosedByManyThreadsAtOnceTellsItsOwnerOnce() throws Exception {
        int threads = 4;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            for (int round = 0; round < 500; round++) {
                Fixture fixture = new Fixture();
                CyclicBarrier start = new CyclicBarrier(threads);
                List<Future<?>> closings = new ArrayList<>();
                for (int i = 0; i < threads; i++) {
                    closings.add(pool.submit(() -> {
                        start.await();
                        fixture.connection.close();
                        return null;
                    }));
                }
                for (Future<?> closing : closings) {
                    closing.get();
                }
                assertThat(fixture.owner.names()).containsOnlyOnce("closed");
            }
        } finally {
            pool.shutdownNow();
        }
    }
}
