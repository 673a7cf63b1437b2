package com.terafy.it.faults;

import static com.terafy.it.faults.Stage.TERAFY;
import static com.terafy.it.faults.Stage.WILDFLY;
import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.it.Awaiting;
import com.terafy.it.ServerLog;
import com.terafy.it.SharedPostgres;
import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.TestPostgres;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The network or the server says nothing any more, and nobody is told: no end of the stream, no reset. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class SilentPeerFaultIT {

    /** As in arquillian.xml. */
    private static final long ACQUIRE_TIMEOUT_MILLIS = 3_000;

    /** An attempt to connect waits at least a second; the rest is for a busy machine. */
    private static final long SLACK_MILLIS = 5_000;

    /** What nobody may wait longer for; the faults themselves last until the test ends them. */
    private static final Duration FOR_EVER = Duration.ofSeconds(60);

    private static FaultProxy network;
    private static Stage stage;

    @BeforeAll
    static void deploy() {
        network = FaultProxy.to(SharedPostgres.get());
        stage = stage();
    }

    private static Stage stage() {
        return Stage.with(
                        "terafy.db.host",
                        network.host(),
                        "terafy.db.port",
                        Integer.toString(network.port()),
                        "terafy.db.pool.validation.timeout",
                        "1s",
                        "terafy.db.socket.timeout",
                        "2s")
                .withPeer(network.url(TestPostgres.DATABASE), ACQUIRE_TIMEOUT_MILLIS);
    }

    @AfterAll
    static void undeploy() {
        stage.close();
        network.close();
    }

    @AfterEach
    void mend() {
        network.pass();
        SharedPostgres.get().thaw();
    }

    @Test
    void noBorrowOutlastsTheAcquireTimeoutAndThePoolRecovers() {
        ServerLog log = ServerLog.ofServer().mark();
        stage.hold(TERAFY, 10);
        stage.hold(WILDFLY, 10);
        stage.start(TERAFY, false);
        stage.start(WILDFLY, false);
        network.freeze();
        stage.awaitFailures(TERAFY, 12);
        network.pass();
        long mended = System.currentTimeMillis();
        stage.awaitOperations(TERAFY, 400);
        Outcome terafy = stage.stop(TERAFY);
        Outcome wildfly = stage.stop(WILDFLY);
        Table.row(
                "network silent for some seconds, DB_SOCKET_TIMEOUT 2 s",
                terafy + ", longest operation " + terafy.longestMillis() + " ms, first success "
                        + terafy.firstSuccessAfter(mended) + " ms after; log: " + log.containerLines(),
                wildfly + ", longest operation " + wildfly.longestMillis() + " ms");
        terafy.print(mended);
        assertThat(terafy.longestBorrowMillis()).isLessThan(ACQUIRE_TIMEOUT_MILLIS + SLACK_MILLIS);
        assertThat(terafy.failuresBegunAfter(mended)).isEmpty();
    }

    @Test
    void sweepOfSilentConnectionsEndsAndSweepsGoOn() {
        ServerLog log = ServerLog.ofServer().mark();
        stage.hold(TERAFY, 9);
        network.freeze();
        Awaiting.until(
                "the silence to be noticed", () -> !log.messages("TERAFY0203").isEmpty());
        network.pass();
        Awaiting.until(
                "the pool to come back", () -> !log.messages("TERAFY0204").isEmpty());
        assertThat(stage.hold(TERAFY, 9)).hasSize(9).noneMatch(line -> line.startsWith("error"));
        Awaiting.until("the burst to be reaped", () -> stage.pooled().size() == 2);
        System.out.println("log of a silent network without a borrower: " + log.containerLines());
    }

    @Test
    void undeploymentEndsWhileTheServerIsFrozen() {
        stage.hold(TERAFY, 9);
        SharedPostgres.get().freeze();
        assertThat(CompletableFuture.runAsync(stage::undeploy)).succeedsWithin(FOR_EVER);
        SharedPostgres.get().thaw();
        Awaiting.until("no backend to be left", () -> stage.pooled().isEmpty());
        stage.deploy();
    }
}
