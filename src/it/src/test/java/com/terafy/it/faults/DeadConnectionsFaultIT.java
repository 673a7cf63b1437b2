package com.terafy.it.faults;

import static com.terafy.it.faults.Stage.TERAFY;
import static com.terafy.it.faults.Stage.WILDFLY;
import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.it.Awaiting;
import com.terafy.it.ServerLog;
import com.terafy.testkit.Backend;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Ten idle pooled connections die at once, and an application that knows nothing of it goes on. No sweep comes in
 * between: whether a connection lives is decided as it is borrowed.
 */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class DeadConnectionsFaultIT {

    private static final int POOL = 10;
    private static final int OPERATIONS = 200;

    private static Stage stage;

    @BeforeAll
    static void deploy() {
        stage = Stage.with(
                        "terafy.db.pool.acquire.timeout",
                        "20s",
                        "terafy.db.pool.idle.timeout",
                        "4m",
                        "terafy.db.cleanup.idle.limit",
                        "5m",
                        "terafy.db.pool.sweep.interval",
                        "1m")
                .withPeer(20_000);
        stage.postgres()
                .execute(
                        "CREATE TABLE IF NOT EXISTS fault_note (id integer GENERATED ALWAYS AS IDENTITY)",
                        "GRANT INSERT ON fault_note TO terafy_app");
    }

    @AfterAll
    static void undeploy() {
        stage.close();
    }

    @BeforeEach
    void fillBoth() {
        stage.management().flushDatasource(WILDFLY);
        Awaiting.until("both pools to be full", () -> {
            stage.hold(TERAFY, POOL);
            stage.hold(WILDFLY, POOL);
            return stage.pooled().size() == POOL && stage.backends().size() >= 2 * POOL;
        });
    }

    @Test
    void noOperationFailsAfterAllIdleBackendsWereTerminated() {
        ServerLog log = ServerLog.ofServer().mark();
        stage.backends().forEach(backend -> stage.postgres().terminate(backend.pid()));
        Outcome terafy = stage.operate(TERAFY, OPERATIONS, false);
        report("10 idle backends terminated, at once 200 operations", terafy, log, false);
        assertThat(terafy.operations()).hasSize(OPERATIONS);
        assertThat(terafy.failures()).isEmpty();
    }

    @Test
    void noTransactionFailsAfterAllIdleBackendsWereTerminated() {
        ServerLog log = ServerLog.ofServer().mark();
        stage.backends().forEach(backend -> stage.postgres().terminate(backend.pid()));
        Outcome terafy = stage.operate(TERAFY, OPERATIONS, true);
        report("10 idle backends terminated, at once 200 JTA transactions", terafy, log, true);
        assertThat(terafy.failures()).isEmpty();
    }

    @Test
    void noOperationFailsAfterTheCrashOfOneIdleBackend() {
        ServerLog log = ServerLog.ofServer().mark();
        Backend victim = stage.pooled().get(0);
        stage.crash(victim);
        Outcome terafy = stage.operate(TERAFY, OPERATIONS, false);
        report("one idle backend kill -9, after the crash recovery 200 operations", terafy, log, false);
        assertThat(terafy.failures()).isEmpty();
    }

    private static void report(String fault, Outcome terafy, ServerLog log, boolean transactions) {
        String lines = log.containerLines();
        Table.row(fault, terafy + "; log: " + lines, stage.operate(WILDFLY, OPERATIONS, transactions));
    }
}
