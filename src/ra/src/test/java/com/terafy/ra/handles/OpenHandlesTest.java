package com.terafy.ra.handles;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.postgresql.core.BaseConnection;

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

    /** Two threads walk side by side over the same handles; without the atomic release some are closed twice. */
    @Test
    void aHandleThatTwoThreadsCloseAtOnceTellsItsOwnerOnce() throws Exception {
        AtomicInteger told = new AtomicInteger();
        HandleOwner owner = countingOwner(told);
        ConnectionHandle[] handles = new ConnectionHandle[200_000];
        Arrays.setAll(handles, i -> new ConnectionHandle(owner));
        AtomicIntegerArray reached = new AtomicIntegerArray(2);
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            Future<?> left = pool.submit(() -> closeAll(handles, reached, 0));
            Future<?> right = pool.submit(() -> closeAll(handles, reached, 1));
            left.get();
            right.get();
        } finally {
            pool.shutdownNow();
        }
        assertThat(told).hasValue(handles.length);
    }

    private static HandleOwner countingOwner(AtomicInteger told) {
        BaseConnection driver = Recorder.of(BaseConnection.class).as(BaseConnection.class);
        return (HandleOwner) Proxy.newProxyInstance(
                HandleOwner.class.getClassLoader(), new Class<?>[] {HandleOwner.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("closed")) {
                        told.incrementAndGet();
                    }
                    return method.getName().equals("physical") ? driver : null;
                });
    }

    private static void closeAll(ConnectionHandle[] handles, AtomicIntegerArray reached, int self) {
        for (int i = 0; i < handles.length; i++) {
            reached.set(self, i);
            while (reached.get(1 - self) < i) {
                Thread.onSpinWait();
            }
            handles[i].close();
        }
        reached.set(self, Integer.MAX_VALUE);
    }
}
