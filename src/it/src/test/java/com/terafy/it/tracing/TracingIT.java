package com.terafy.it.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.it.Archives;
import com.terafy.it.Awaiting;
import com.terafy.it.Cli;
import com.terafy.it.Client;
import com.terafy.it.Management;
import com.terafy.it.tracing.inside.Borrowing;
import com.terafy.it.tracing.inside.TracedApplication;
import com.terafy.server.WildflyServer;
import com.terafy.testkit.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.EmptyAsset;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A WildFly as it is downloaded to which its subsystem opentelemetry was added, and an application whose requests it traces.
 * Nobody collects the spans, so the server exports none; the application reads its own.
 */
@Tag("unchanged-server")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TracingIT {

    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final String APP = "terafy_app";
    private static final String POOL = "db.client.connection.pool.name=TerafyDS";

    private final String appPassword = System.getProperty("it.app.password");
    private final Client client = Client.ofServer();

    private TestPostgres postgres;
    private WildflyServer server;
    private String logOfDeployment;

    @BeforeAll
    void startServers(@TempDir Path directory) {
        postgres = TestPostgres.builder().start();
        postgres.createRole(APP, appPassword);
        server = WildflyServer.of(Path.of(System.getProperty("it.wildfly")))
                .httpPort(Integer.getInteger("it.http.port"))
                .managementPort(Integer.getInteger("it.management.port"))
                .with("DB_HOST", postgres.host())
                .with("DB_PORT", Integer.toString(postgres.port()))
                .with("DB_PASSWORD", appPassword)
                .with("DB_POOL_MIN", "1")
                .with("DB_POOL_MAX", "1")
                .with("DB_POOL_ACQUIRE_TIMEOUT", "3s")
                .property("otel.traces.exporter", "none")
                .property("otel.metrics.exporter", "none")
                .property("otel.logs.exporter", "none")
                .start(Path.of(System.getProperty("it.base")).resolveSibling("tracing-server"))
                .awaitStarted(START_LIMIT);
        Cli.Said said = new Cli(server.managementPort())
                .commands(
                        "/extension=org.wildfly.extension.opentelemetry:add", "/subsystem=opentelemetry:add", "reload");
        assertThat(said.worked()).as(said.text()).isTrue();
        int mark = server.log().length();
        Path application = directory.resolve("traced.war");
        ShrinkWrap.create(WebArchive.class, "traced.war")
                .addClasses(TracedApplication.class, Borrowing.class)
                .addAsWebInfResource(EmptyAsset.INSTANCE, "beans.xml")
                .as(ZipExporter.class)
                .exportTo(application.toFile());
        try (Management management = Management.ofServer()) {
            management.deploy(Archives.earFile());
            management.deploy(application);
        }
        eventsOf("wait");
        logOfDeployment = server.log().substring(mark);
    }

    @AfterAll
    void stopServers() {
        server.close();
        postgres.close();
    }

    /** Otherwise the first borrower may wait for a login. */
    @BeforeEach
    void haveASession() {
        eventsOf("at-once");
    }

    private String eventsOf(String request) {
        Client.Answer answer = client.get("/traced/" + request);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    @Test
    void whoHasWaitedIsAnEventOfTheRequestsSpan() {
        assertThat(eventsOf("wait"))
                .matches("terafy\\.borrow " + POOL + " db\\.client\\.connection\\.wait_time=[0-2]\\.[0-9]+");
    }

    /** On a busy machine a few may have to. */
    @Test
    void whoHasNotWaitedIsNone() {
        Awaiting.until("somebody who does not wait", () -> eventsOf("at-once").isEmpty());
    }

    @Test
    void whoGetsNothingIsAnEventWithTheState() {
        assertThat(eventsOf("in-vain"))
                .matches("terafy\\.borrow " + POOL
                        + " db\\.client\\.connection\\.wait_time=[0-9.]+ db\\.response\\.status_code=08001"
                        + " error\\.type=08001");
    }

    @Test
    void aSessionThatEndsUnderItsBorrowerIsAnEvent() {
        assertThat(eventsOf("lost"))
                .isEqualTo("terafy.session_lost " + POOL + " db.response.status_code=57P01 error.type=57P01");
    }

    /** Nor when the first event was told. */
    @Test
    void theDeploymentLogsNoWarning() {
        assertThat(logOfDeployment.lines())
                .filteredOn(line -> line.matches("[^(]* (WARN|WARNING|ERROR|SEVERE) .*"))
                .isEmpty();
        assertThat(logOfDeployment).contains("terafy-ra.rar");
    }
}
