package com.terafy.health;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.ConnectionInfo;
import com.terafy.api.ConnectionState;
import com.terafy.api.PoolIdentity;
import com.terafy.api.PoolOperations;
import com.terafy.health.DatabaseCheck.State;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DatabaseCheckTest {

    @FunctionalInterface
    private interface Opener {
        Connection open() throws Exception;
    }

    private static PoolOperations pool(String name, List<ConnectionInfo> connections, String counts, Opener opener) {
        return (PoolOperations) Proxy.newProxyInstance(
                DatabaseCheckTest.class.getClassLoader(),
                new Class<?>[] {PoolOperations.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "name" -> name;
                    case "identity" -> new PoolIdentity("node", name, name.hashCode());
                    case "connections" -> connections;
                    case "settings" -> Map.of("DB_POOL_READINESS", counts);
                    default -> opener.open();
                });
    }

    /** The answer for one pool. */
    private static Answer check(List<ConnectionInfo> connections, Opener opener) {
        DatabaseAnswer answer = new DatabaseAnswer();
        PoolOperations pool = pool("TerafyDS", connections, "true", opener);
        return () -> answer.isUp(pool);
    }

    @FunctionalInterface
    private interface Answer {
        boolean isUp();
    }

    private static Connection valid() {
        return (Connection) Proxy.newProxyInstance(
                DatabaseCheckTest.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> method.getName().equals("isValid") ? true : null);
    }

    private static Connection refuse(String sqlState) throws SQLException {
        throw new SQLException("refused", sqlState);
    }

    private static List<ConnectionInfo> one() {
        return List.of(new ConnectionInfo(
                1,
                ConnectionState.IDLE,
                4711,
                Instant.EPOCH,
                Instant.EPOCH,
                Instant.EPOCH,
                Optional.empty(),
                Optional.empty(),
                1,
                Duration.ZERO,
                Duration.ZERO,
                Optional.empty()));
    }

    @Test
    void itIsUpWhileTheDatabaseAnswersOrIsFullOfThePoolsSessions() {
        assertThat(check(List.of(), DatabaseCheckTest::valid).isUp()).isTrue();
        assertThat(check(one(), () -> refuse("53300")).isUp()).isTrue();
        assertThat(check(List.of(), () -> refuse("53300")).isUp()).isFalse();
        assertThat(check(one(), () -> refuse("08001")).isUp()).isFalse();
    }

    @Test
    void oneThreadAsksASilentDatabaseAndAllOthersGetTheLastAnswer() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch silent = new CountDownLatch(1);
        Answer check = check(one(), () -> {
            asked.countDown();
            assertThat(silent.await(20, TimeUnit.SECONDS)).isTrue();
            return valid();
        });
        Thread first = new Thread(check::isUp);
        first.start();
        assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
        long begun = System.nanoTime();
        for (int i = 0; i < 40; i++) {
            assertThat(check.isUp()).isFalse();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMillis(100));
        silent.countDown();
        first.join();
        assertThat(check.isUp()).isTrue();
    }

    @Test
    void everyPoolThatCountsMustAnswerAndTheDataSayOfEach() {
        PoolOperations usual = pool("TerafyDS", List.of(), "true", DatabaseCheckTest::valid);
        PoolOperations down = pool("Reporting", List.of(), "true", () -> refuse("08001"));
        PoolOperations doesNotCount = pool("Archive", List.of(), "false", () -> refuse("08001"));

        assertThat(new DatabaseCheck(() -> List.of(usual, doesNotCount)).state())
                .isEqualTo(new State(true, Map.of("TerafyDS", "UP", "Archive", "does not count")));
        assertThat(new DatabaseCheck(() -> List.of(usual, down, doesNotCount)).state())
                .isEqualTo(
                        new State(false, Map.of("TerafyDS", "UP", "Reporting", "DOWN", "Archive", "does not count")));
        assertThat(new DatabaseCheck(List::of).state()).as("no pool").isEqualTo(new State(false, Map.of()));
    }
}
