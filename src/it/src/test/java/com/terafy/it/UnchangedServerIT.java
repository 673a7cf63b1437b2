package com.terafy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.server.WildflyServer;
import com.terafy.server.WildflyServerBuilder;
import com.terafy.testkit.Certificates;
import com.terafy.testkit.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A WildFly as it is downloaded, the EAR in its directory {@code deployments} and nothing but {@code DB_*} in its
 * environment. After that, the same server with other settings: they are system properties, read at each deployment.
 */
@Tag("unchanged-server")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class UnchangedServerIT {

    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final String APP = "terafy_app";

    private final String appPassword = System.getProperty("it.app.password");
    private final Client client = Client.ofServer();
    private final Map<String, String> changed = new LinkedHashMap<>();

    private TestPostgres postgres;
    private WildflyServer server;
    private Management management;
    private Path probe;

    @BeforeAll
    void startServers(@TempDir Path directory) {
        probe = directory.resolve("probe.war");
        Archives.probe().as(ZipExporter.class).exportTo(probe.toFile());
        postgres = TestPostgres.builder().tls().start();
        postgres.createRole(APP, appPassword);
        postgres.execute("GRANT USAGE, CREATE ON SCHEMA public TO " + APP);
        server = unchanged()
                .with("DB_HOST", postgres.host())
                .with("DB_PORT", Integer.toString(postgres.port()))
                .with("DB_PASSWORD", appPassword)
                .with("DB_POOL_MIN", "3")
                .with("DB_POOL_MAX", "5")
                .with("DB_POOL_ACQUIRE_TIMEOUT", "3s")
                .start(Path.of(System.getProperty("it.base")))
                .awaitStarted(START_LIMIT);
        management = Management.ofServer();
    }

    private WildflyServerBuilder unchanged() {
        return WildflyServer.of(Path.of(System.getProperty("it.wildfly")))
                .httpPort(Integer.getInteger("it.http.port"))
                .managementPort(Integer.getInteger("it.management.port"))
                .deploy(Archives.earFile())
                .deploy(Archives.practiceFile())
                .deploy(probe);
    }

    @AfterAll
    void stopServers() {
        management.close();
        server.close();
        postgres.close();
    }

    /** Back to the settings of the environment, with nothing deployed. */
    @AfterEach
    void undeploy() {
        for (Path archive : List.of(probe, Archives.practiceFile(), Archives.earFile())) {
            management.undeploy(archive.getFileName().toString());
        }
        changed.keySet().forEach(management::removeProperty);
        changed.clear();
    }

    private void set(String property, String value) {
        management.setProperty(property, value);
        changed.put(property, value);
    }

    private void deploy() {
        management.deploy(Archives.earFile());
        management.deploy(probe);
    }

    @Test
    @Order(1)
    void earAloneWorksWithNothingButTheEnvironment() {
        Awaiting.until("DB_POOL_MIN, 3", () -> PooledBackends.of(postgres).size() == 3);
        assertThat(client.get("/practice/api/patients").body()).contains("Ana Lima");
        assertThat(client.get("/practice/api/database").body()).contains("database terafy_db, user " + APP);

        List<String> lines = client.hold(6);
        assertThat(lines.subList(0, 5)).allMatch(line -> line.startsWith("pid "));
        assertThat(lines.get(5)).as("DB_POOL_MAX is 5").startsWith("error ");
        assertThat(PooledBackends.of(postgres)).hasSize(5);
        assertThat(server.log()).doesNotContain(appPassword);
        assertThat(management.wholeModel()).doesNotContain(appPassword);
    }

    /** It has no MicroProfile Health, which one of our archives is for. */
    @Test
    void deploymentLogsNoWarning() {
        ServerLog log = ServerLog.ofServer().mark();
        deploy();
        client.hold(1);
        assertThat(log.text().lines().filter(line -> line.contains(" WARN ") || line.contains(" ERROR ")))
                .isEmpty();
    }

    @Test
    void undeploymentEndsEveryBackend() {
        deploy();
        client.hold(5);
        undeploy();
        Awaiting.until("no backend is left", () -> PooledBackends.of(postgres).isEmpty());
    }

    @Test
    void databaseMayBeDownAtDeployment() {
        ServerLog log = ServerLog.ofServer().mark();
        postgres.stopFast();
        try {
            deploy();
            assertThat(client.hold(1)).first().asString().startsWith("error 08");
            client.hold(2);
            assertThat(log.messages("TERAFY0203")).hasSize(1).first().asString().contains("localhost:");
        } finally {
            postgres.start();
        }
        Awaiting.until("a connection", () -> client.hold(1).get(0).startsWith("pid "));
        Awaiting.until("the minimum", () -> PooledBackends.of(postgres).size() == 3);
    }

    @ParameterizedTest(name = "{0}={1}")
    @CsvSource({
        "terafy.db.pool.max, 2, TERAFY0112",
        "terafy.db.pool.idle.timeout, 4, TERAFY0104",
        "terafy.db.ssl.mode, on, TERAFY0107",
        "terafy.db.pool.maximum, 5, TERAFY0101"
    })
    void badSettingFailsTheDeploymentByName(String property, String value, String id) {
        set(property, value);
        assertThat(management.tryDeploy(Archives.earFile())).contains(id).contains(property);
        assertThat(PooledBackends.of(postgres)).isEmpty();
    }

    @Test
    void everyBadSettingIsNamedAtOnce() {
        set("terafy.db.pool.min", "many");
        set("terafy.db.port", "0");
        set("terafy.db.sweep", "30s");
        assertThat(management.tryDeploy(Archives.earFile()))
                .contains("TERAFY0102")
                .contains("TERAFY0103")
                .contains("TERAFY0101");
    }

    @Test
    void wrongPasswordIsToldWithWhatToDo() {
        ServerLog log = ServerLog.ofServer().mark();
        set("terafy.db.password", "certainly-wrong");
        deploy();
        assertThat(client.hold(1)).first().asString().startsWith("error 28P01");
        assertThat(log.text()).contains("DB_PASSWORD").doesNotContain("certainly-wrong");
    }

    @Test
    void wrongHostIsToldByName() {
        ServerLog log = ServerLog.ofServer().mark();
        set("terafy.db.host", "no-such-host.invalid");
        deploy();
        assertThat(client.hold(1)).first().asString().startsWith("error 08");
        assertThat(log.messages("TERAFY0203"))
                .first()
                .asString()
                .contains("unknown host no-such-host.invalid")
                .doesNotContain("null");
    }

    @Test
    void missingRoleIsToldWithWhatToRun() {
        ServerLog log = ServerLog.ofServer().mark();
        postgres.execute("ALTER ROLE " + APP + " RENAME TO terafy_elsewhere");
        try {
            deploy();
            assertThat(client.hold(1)).first().asString().startsWith("error 28P01");
            assertThat(log.text()).contains("20251124000000_create_app_user.sql");
        } finally {
            postgres.execute("ALTER ROLE terafy_elsewhere RENAME TO " + APP);
        }
    }

    @Test
    void sslModeRequireEncrypts() {
        set("terafy.db.ssl.mode", "require");
        deploy();
        assertThat(client.hold(3)).allMatch(line -> line.contains(" tls true "));
    }

    @Test
    void sslModeDisableDoesNot() {
        set("terafy.db.ssl.mode", "disable");
        deploy();
        assertThat(client.hold(1)).allMatch(line -> line.contains(" tls false "));
    }

    @Test
    void sslModeVerifyFullAcceptsTheRightCertificate() {
        set("terafy.db.ssl.mode", "verify-full");
        set("terafy.db.ssl.root.cert", postgres.certificateAuthority().toString());
        deploy();
        assertThat(client.hold(1)).allMatch(line -> line.contains(" tls true "));
    }

    @Test
    void sslModeVerifyFullRefusesAnotherAuthority(@TempDir Path directory) {
        set("terafy.db.ssl.mode", "verify-full");
        set("terafy.db.ssl.root.cert", strangeAuthority(directory).toString());
        deploy();
        assertThat(client.hold(1)).first().asString().startsWith("error 08");
        assertThat(PooledBackends.of(postgres)).isEmpty();
    }

    private static Path strangeAuthority(Path directory) {
        try {
            return Files.writeString(
                    directory.resolve("ca.pem"), Certificates.generate().authority());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
