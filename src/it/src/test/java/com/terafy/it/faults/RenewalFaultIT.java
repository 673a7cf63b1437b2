package com.terafy.it.faults;

import static com.terafy.it.faults.Stage.TERAFY;
import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.it.Awaiting;
import com.terafy.it.ServerLog;
import java.util.Collections;
import java.util.Set;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Connections are closed for good reasons while an application works; it must not notice. Times are scaled down. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class RenewalFaultIT {

    private static final int BURST = 8;
    private static final int BURSTS = 8;

    private static Stage stage;

    @BeforeAll
    static void deploy() {
        stage = Stage.with(
                "terafy.db.pool.idle.timeout", "1s",
                "terafy.db.pool.sweep.interval", "500ms",
                "terafy.db.pool.max.lifetime", "2s");
    }

    @AfterAll
    static void undeploy() {
        stage.close();
    }

    @Test
    void maximumLifetimeReplacesEveryConnectionWithoutAFailure() {
        stage.start(TERAFY, false);
        Set<Long> before = stage.pids();
        Awaiting.until("other backends", () -> Collections.disjoint(before, stage.pids()));
        Outcome outcome = stage.stop(TERAFY);
        System.out.println("maximum lifetime 2 s: " + outcome);
        assertThat(outcome.failures()).isEmpty();
    }

    @Test
    void flushReplacesEveryConnectionWithoutAFailure() {
        ServerLog log = ServerLog.ofServer().mark();
        stage.start(TERAFY, false);
        Set<Long> before = stage.pids();
        stage.ask("flush", TERAFY, 0, false);
        Awaiting.until("other backends", () -> Collections.disjoint(before, stage.pids()));
        Outcome outcome = stage.stop(TERAFY);
        System.out.println("flush: " + outcome + "; log: " + log.containerLines());
        assertThat(outcome.failures()).isEmpty();
        Awaiting.until("the minimum", () -> stage.pooled().size() >= 2);
    }

    /** A burst comes just as the sweeps reap the last one: whoever is quicker, nobody gets a closed connection. */
    @Test
    void sweepNeverTakesAConnectionFromABorrower() {
        for (int i = 0; i < BURSTS; i++) {
            stage.hold(TERAFY, BURST);
            Awaiting.until("the sweep to begin", () -> stage.pooled().size() < BURST);
            assertThat(stage.operate(TERAFY, 100, false).failures()).isEmpty();
        }
    }
}
