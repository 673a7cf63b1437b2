package com.terafy.it.faults;

import static com.terafy.it.faults.Stage.TERAFY;
import static com.terafy.it.faults.Stage.WILDFLY;
import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.it.Awaiting;
import com.terafy.it.ServerLog;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PostgreSQL goes away and comes back under a constant load of four threads on each datasource. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class RestartFaultIT {

    private static final int THREADS = 4;

    private static Stage stage;

    @BeforeAll
    static void deploy() {
        stage = Stage.with("terafy.db.pool.acquire.timeout", "20s").withPeer(20_000);
        stage.postgres()
                .execute(
                        "CREATE TABLE IF NOT EXISTS fault_note (id integer GENERATED ALWAYS AS IDENTITY)",
                        "GRANT INSERT ON fault_note TO terafy_app");
    }

    @AfterAll
    static void undeploy() {
        stage.close();
    }

    /** When the fault began, and when the server was ready again. */
    private record Times(long fault, long ready) {}

    @ParameterizedTest(name = "transactions: {0}")
    @ValueSource(booleans = {false, true})
    void onlyWhatIsInFlightFailsWhenPostgresqlIsRestarted(boolean transactions) {
        ServerLog log = ServerLog.ofServer().mark();
        Outcome[] seen = new Outcome[2];
        Times times = under(transactions, seen, this::restart);
        report("PostgreSQL restarted" + (transactions ? ", JTA transactions" : ""), times, seen, log);
        assertThat(seen[0].failures()).hasSizeLessThanOrEqualTo(THREADS);
        assertThat(seen[0].failuresBegunAfter(times.ready())).isEmpty();
        assertThat(seen[0].firstSuccessAfter(times.ready())).isNotNegative();
        assertThat(log.messages("TERAFY0203")).hasSizeLessThanOrEqualTo(1);
        assertThat(log.messages("TERAFY0204")).hasSameSizeAs(log.messages("TERAFY0203"));
    }

    @Test
    void onlyWhatIsInFlightFailsWhenABackendCrashes() {
        ServerLog log = ServerLog.ofServer().mark();
        Outcome[] seen = new Outcome[2];
        Times times = under(false, seen, () -> {
            long fault = System.currentTimeMillis();
            stage.crash(stage.pooled().get(0));
            return new Times(fault, System.currentTimeMillis());
        });
        report("one backend kill -9", times, seen, log);
        assertThat(seen[0].failures()).hasSizeLessThanOrEqualTo(THREADS);
        assertThat(seen[0].failuresBegunAfter(times.ready())).isEmpty();
    }

    @Test
    void operationsThatBeginWhilePostgresqlIsDownWaitForIt() {
        ServerLog log = ServerLog.ofServer().mark();
        Outcome[] seen = new Outcome[2];
        Times times = under(false, seen, () -> {
            stage.postgres().stopFast();
            long down = System.currentTimeMillis();
            Awaiting.until(
                    "the outage to be noticed",
                    () -> !log.messages("TERAFY0203").isEmpty());
            stage.awaitFailures(WILDFLY, 200);
            stage.postgres().start();
            return new Times(down, System.currentTimeMillis());
        });
        report("PostgreSQL down for " + (times.ready() - times.fault()) + " ms", times, seen, log);
        assertThat(seen[0].failuresBegunAfter(times.fault())).isEmpty();
        assertThat(seen[0].failures()).hasSizeLessThanOrEqualTo(THREADS);
        assertThat(log.messages("TERAFY0203")).hasSize(1);
        assertThat(log.messages("TERAFY0204")).hasSize(1);
    }

    @Test
    void minimumComesBackWithoutABorrower() {
        ServerLog log = ServerLog.ofServer().mark();
        stage.hold(TERAFY, 2);
        stage.postgres().restartFast();
        Awaiting.until("the minimum", () -> stage.pooled().size() >= 2);
        System.out.println("log of an outage without a borrower: " + log.containerLines());
    }

    private Times restart() {
        long fault = System.currentTimeMillis();
        stage.postgres().restartFast();
        return new Times(fault, System.currentTimeMillis());
    }

    /** Runs the fault under both loads, some operations before and after. */
    private static Times under(boolean transactions, Outcome[] seen, Fault fault) {
        stage.management().flushDatasource(WILDFLY);
        stage.start(TERAFY, transactions);
        stage.start(WILDFLY, transactions);
        Times times = fault.happen();
        stage.awaitOperations(TERAFY, 400);
        seen[0] = stage.stop(TERAFY);
        seen[1] = stage.stop(WILDFLY);
        return times;
    }

    @FunctionalInterface
    private interface Fault {
        Times happen();
    }

    private static void report(String fault, Times times, Outcome[] seen, ServerLog log) {
        Table.row(
                fault + ", ready after " + (times.ready() - times.fault()) + " ms",
                seen[0] + ", first success " + seen[0].firstSuccessAfter(times.ready()) + " ms after ready; log: "
                        + log.containerLines(),
                seen[1]);
        seen[0].print(times.fault());
    }
}
