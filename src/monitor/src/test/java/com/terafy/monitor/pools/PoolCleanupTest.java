package com.terafy.monitor.pools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.terafy.api.BackendCleanupOperations;
import com.terafy.api.CleanupReport;
import com.terafy.api.CleanupStatus;
import com.terafy.api.SeenBackend;
import com.terafy.api.UserRequest;
import com.terafy.monitor.problems.ProblemException;
import com.terafy.monitor.snapshot.Crowd;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PoolCleanupTest {

    private static final UserRequest OP = new UserRequest("op", "::1", "why");

    private static final CleanupReport REPORT =
            new CleanupReport(CleanupStatus.PLANNED, Instant.EPOCH, "timer", List.of());

    private final CountDownLatch silent = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();

    /** Asks a database that says nothing until the latch opens; what it remembers it says at once. */
    private final BackendCleanupOperations slow = (BackendCleanupOperations) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {BackendCleanupOperations.class}, (proxy, method, all) -> {
                if (method.getName().equals("of")) {
                    assertThat(all).containsExactly("Reporting");
                    return proxy;
                }
                if (method.getName().equals("lastReport")) {
                    return Optional.of(REPORT);
                }
                asked.incrementAndGet();
                silent.await(20, TimeUnit.SECONDS);
                if (method.getName().equals("plan")) {
                    return REPORT;
                }
                throw new SQLException("away", "08006");
            });

    private PoolCleanup cleanup = new PoolCleanup(slow, "Reporting", Duration.ofMillis(5));

    @AfterEach
    void open() {
        silent.countDown();
    }

    @Test
    void whileTheDatabaseIsSilentAllButOneAreRefusedAtOnce() throws Exception {
        Thread first = askAndStay();
        assertThat(Crowd.of(40).millis(cleanup::plan)).allMatch(time -> time < 100);
        assertThat(asked).hasValue(1);
        ProblemException busy = catchThrowableOfType(
                ProblemException.class, () -> cleanup.terminate(SeenBackend.of(1, Instant.EPOCH), false, OP));
        assertThat(busy.problem().status()).isEqualTo(503);
        assertThat(busy.problem().code()).isEqualTo("busy");
        assertThat(cleanup.lastReport()).contains(REPORT);
        silent.countDown();
        first.join();
        assertThat(cleanup.plan()).isSameAs(REPORT);
    }

    @Test
    void whileTheDatabaseAnswersAFewWaitForEachOther() throws Exception {
        cleanup = new PoolCleanup(slow, "Reporting", Duration.ofSeconds(5));
        silent.countDown();
        Crowd.of(8).millis(cleanup::plan);
        assertThat(asked).hasValue(8);
    }

    @Test
    void aQuestionThatFailedIsOver() throws SQLException {
        silent.countDown();
        assertThatThrownBy(() -> cleanup.run(OP))
                .isInstanceOf(SQLException.class)
                .hasMessage("away");
        assertThat(cleanup.plan()).isSameAs(REPORT);
    }

    private Thread askAndStay() throws InterruptedException {
        Thread first = new Thread(() -> {
            try {
                cleanup.plan();
            } catch (SQLException away) {
                throw new IllegalStateException(away);
            }
        });
        first.start();
        while (asked.get() == 0) {
            Thread.sleep(1);
        }
        return first;
    }
}
