package com.terafy.it.faults;

import static com.terafy.it.faults.Stage.TERAFY;
import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.it.Awaiting;
import com.terafy.it.ServerLog;
import java.util.List;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An application does not give its connections back. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class LeakFaultIT {

    private static final int POOL = 10;

    private static Stage stage;

    @BeforeAll
    static void deploy() {
        stage = Stage.with("terafy.db.pool.leak.threshold", "1s", "terafy.db.pool.acquire.timeout", "2s");
    }

    @AfterAll
    static void undeploy() {
        stage.close();
    }

    @BeforeEach
    void allAreBack() {
        Awaiting.until("nobody to hold a connection", () -> statistics().contains("inUse=0,"));
    }

    private static String statistics() {
        return stage.ask("statistics", TERAFY, 0, false).get(0);
    }

    @Test
    void droppedHandleIsReclaimedAndReported() {
        ServerLog log = ServerLog.ofServer().mark();
        String pid = stage.ask("drop", TERAFY, 0, false).get(0);
        Awaiting.until("the report", () -> {
            stage.ask("gc", TERAFY, 0, false);
            return !log.messages("TERAFY0210").isEmpty();
        });
        assertThat(log.messages("TERAFY0210"))
                .singleElement()
                .asString()
                .contains(pid)
                .contains("LoadServlet:");
        assertThat(stage.hold(TERAFY, POOL)).hasSize(POOL).contains(pid);
    }

    @Test
    void handleHeldTooLongIsReportedOnceWithItsStack() {
        ServerLog log = ServerLog.ofServer().mark();
        stage.ask("keep", TERAFY, 4_000, false);
        Awaiting.until("the report", () -> !log.messages("TERAFY0209").isEmpty());
        allAreBack();
        assertThat(log.messages("TERAFY0209")).singleElement().asString().contains("LoadServlet:");
        assertThat(log.text()).contains("borrowed here").contains("PooledDataSource.getConnection(");
    }

    @Test
    void exceptionOfAnExhaustedPoolNamesTheHolders() {
        for (int i = 0; i < POOL; i++) {
            stage.ask("keep", TERAFY, 6_000, false);
        }
        Awaiting.until("all to be held", () -> statistics().contains("inUse=" + POOL + ","));
        List<String> refused = stage.hold(TERAFY, 1);
        assertThat(refused)
                .singleElement()
                .asString()
                .startsWith("error 08001 TERAFY0205")
                .contains(POOL + " of " + POOL + " are held")
                .contains("LoadServlet:")
                .contains(" on keeper for ");
    }
}
