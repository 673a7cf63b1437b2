package com.terafy.cleanup;

import static com.terafy.cleanup.CleanupServer.APP;
import static com.terafy.cleanup.CleanupServer.pid;
import static com.terafy.cleanup.CleanupServer.server;
import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.CleanupReport;
import com.terafy.cleanup.policy.CleanupRules;
import com.terafy.cleanup.policy.Scope;
import com.terafy.testkit.RecordingLog;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the cleaner does while the server does nothing. */
class BackendCleanerFaultTest {

    private static final CleanupRules RULES = new CleanupRules(
            Scope.OWN_ROLE, Duration.ofMillis(200), Duration.ofMillis(200), Set.of(), List.of(), false);
    private static final Duration SHORT = Duration.ofMillis(500);

    private final RecordingLog log = RecordingLog.of("com.terafy.cleanup");
    private final FakeNode node = new FakeNode(server(), APP, "a", RULES, SHORT);

    @AfterEach
    void close() throws Exception {
        server().thaw();
        server().awaitAccepting();
        node.close();
        log.close();
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aFrozenServerHoldsNoTickForEverAndIsReportedOnceEachWay() {
        node.cleaner.tick();
        server().freeze();
        node.cleaner.tick();
        node.cleaner.tick();
        node.cleaner.tick();
        assertThat(log.messages(Level.WARNING)).singleElement().asString().startsWith("TERAFY0403: Pool TerafyDS: ");
        assertThat(log.entries())
                .filteredOn(entry -> entry.message().startsWith("TERAFY0403"))
                .hasSize(3)
                .allSatisfy(entry -> assertThat(entry.thrown()).isNotNull());
        server().thaw();
        awaitAPass();
        assertThat(log.messages(Level.INFO)).last().asString().startsWith("TERAFY0404: Pool TerafyDS: ");
    }

    /** Before a freeze all are silent by a clock put forward, and after it once more: two looks that prove nothing. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aTickThatDoesNotGetTheLeaseForgetsWhoWasSilent() throws Exception {
        String tag = "terafy/b/TerafyDS/0000000b";
        try (Connection peer = CleanupServer.open(APP, tag)) {
            int pid = pid(peer);
            CleanupServer.awaitAllUnchangedFor(FakeNode.ABSENCE.silence().plusMillis(100));
            node.cleaner.tick();
            server().freeze();
            node.cleaner.tick();
            Thread.sleep(FakeNode.ABSENCE.seen().toMillis());
            server().thaw();
            awaitAPass();
            assertThat(CleanupServer.isThere(pid)).isTrue();
        }
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aServerThatWasRestartedIsCleanedAgain() throws Exception {
        node.cleaner.tick();
        server().restartFast();
        try (Connection psql = CleanupServer.open(APP, "psql")) {
            int pid = pid(psql);
            CleanupServer.awaitAllUnchangedFor(Duration.ofMillis(200));
            node.lookUntilSure();
            node.cleaner.tick();
            assertThat(CleanupServer.isThere(pid)).isFalse();
        }
        assertThat(log.messages(Level.WARNING)).isEmpty();
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aTickWhileAnotherRunsIsSkipped() throws Exception {
        node.cleaner.tick();
        Thread inside = new Thread(node.cleaner::tick, "inside");
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        node.whenAskedOnce(() -> {
            entered.countDown();
            try {
                leave.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        inside.start();
        entered.await();
        node.cleaner.tick();
        assertThat(log.messages()).last().asString().startsWith("TERAFY0412: ");
        leave.countDown();
        inside.join();
        assertThat(log.messages(Level.WARNING)).isEmpty();
    }

    private void awaitAPass() {
        Optional<CleanupReport> before = node.cleaner.lastReport();
        Awaitility.await("a pass").atMost(Duration.ofSeconds(20)).until(() -> {
            node.cleaner.tick();
            return !node.cleaner.lastReport().equals(before);
        });
    }
}
