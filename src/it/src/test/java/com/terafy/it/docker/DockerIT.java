package com.terafy.it.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.terafy.it.Archives;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The real compose file with a real engine, compose and build. The base images are stand-ins, as none can be pulled
 * everywhere; where no engine can be had at all, it says so and runs nothing.
 */
@Tag("docker")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DockerIT {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String CONNECTIONS =
            "SELECT usename, count(*) FROM pg_stat_activity WHERE datname = 'terafy_db' GROUP BY usename;";

    private final Path base = Path.of(System.getProperty("it.base")).resolveSibling("docker");
    private final Path project = base.resolve("project");
    private final Path secrets = project.resolve("config/secrets");
    private final Path env = project.resolve("docker/.env");
    private @Nullable Engine engine;
    private Terminal terminal = new Terminal(base, Map.of());
    private String inside = "";

    /** Tells it where nobody can overlook it: a build without these tests looks like one with them. */
    private static void notRun(String reason) {
        String line = "*".repeat(110);
        System.err.println(line + "\nDockerIT WAS NOT RUN: the files of docker/ are not tested. " + reason
                + "\nOn Debian: .ci/engine installs what it needs.\n" + line);
        abort(reason);
    }

    @BeforeAll
    void startEngine() throws IOException {
        try {
            Engine started = Engine.start(base.resolve("engine"));
            engine = started;
            started.makeImages(Path.of(System.getProperty("it.wildfly")).toAbsolutePath());
            terminal = started.terminal(project.resolve("docker"));
            inside = started.inside();
            copyProject(started);
            terminal.run("docker compose build");
        } catch (Engine.UnavailableException unavailable) {
            notRun(String.valueOf(unavailable.getMessage()));
        }
    }

    @AfterAll
    void endEngine() throws IOException {
        if (engine != null) {
            engine.close();
        }
    }

    /** What the files of docker/ refer to, apart from the developer's own .env and secrets. */
    private void copyProject(Engine started) throws IOException {
        Path top = Archives.earFile()
                .toAbsolutePath()
                .normalize()
                .resolve("../../..")
                .normalize();
        Files.createDirectories(base);
        started.terminal(base)
                .run("rm -rf project; mkdir -p project/ear/target; cp -R " + top + "/docker " + top + "/config " + top
                        + "/.dockerignore project/; cp " + Archives.earFile() + " project/ear/target/;"
                        + " rm -rf project/docker/.env project/config/secrets");
    }

    @BeforeEach
    void writeSecrets() throws IOException {
        Files.createDirectories(secrets);
        secret("db_password", "se cret'\"$é\n");
        secret("postgres_password", "");
        secret("terafy_users", "# may look\nwatcher:terafy-monitor:a:colon\n");
    }

    private void secret(String name, String content) throws IOException {
        Files.writeString(secrets.resolve(name), content);
        // Readable by uid 1000 of the container, who here is not the owner.
        terminal.run("chmod 644 " + secrets.resolve(name));
    }

    @AfterEach
    void takeAllAway() throws IOException {
        Files.deleteIfExists(env);
        terminal.run("docker rm -f $(docker ps -aq) >/dev/null 2>&1; docker compose down --volumes --remove-orphans");
    }

    private Terminal withFiles(String... more) {
        return terminal.with("COMPOSE_FILE", "docker-compose.yml:" + String.join(":", more));
    }

    private String sql(String statement) {
        return terminal.run("docker exec terafy_postgres psql -U postgres -d terafy_db -Atc \"" + statement + "\"");
    }

    /** Status of an answer of the server, asked by its published port. */
    private String status(String login, String path) {
        return terminal.run(inside + "curl -s -o /dev/null -m 60 -w '%{http_code}' -u '" + login
                + "' http://127.0.0.1:8080/terafy/" + path);
    }

    @Test
    void secretsSufficeAndNoPasswordIsSeenFromOutside() throws IOException {
        Terminal compose = withFiles("secrets.yml");
        compose.run("docker compose up --detach --wait");

        assertThat(status("watcher:a:colon", "api/v1/summary")).isEqualTo("200");
        assertThat(status("watcher:wrong", "api/v1/summary")).isEqualTo("401");
        String seen = terminal.run(
                "docker inspect terafy_server terafy_postgres terafy-server; docker top terafy_server;"
                        + " docker top terafy_postgres; docker logs terafy_server 2>&1; docker logs terafy_postgres 2>&1");
        assertThat(seen).doesNotContain("se cret").doesNotContain("a:colon");
        assertThat(terminal.run("docker exec terafy_server id")).startsWith("uid=1000(jboss) gid=0(root)");
        assertThat(terminal.run("docker exec terafy_server grep CapEff /proc/1/status")
                        .strip())
                .endsWith("0000000000000000");
        assertThat(terminal.attempt("docker exec terafy_server touch /opt/jboss/wildfly/x")
                        .output())
                .contains("Read-only file system");
        assertThat(terminal.run("docker top terafy_server -o pid,args"))
                .contains("-XX:MaxRAMPercentage=50", "-Djboss.tx.node.id=terafy ")
                .doesNotContain("-Xmx512m");

        String postgres = terminal.run("docker inspect -f '{{.Id}}' terafy_postgres");
        sql("ALTER ROLE terafy_app PASSWORD 'another'");
        secret("db_password", "another");
        secret(
                "terafy_users",
                "watcher:terafy-monitor:{md5}"
                        + terminal.run("printf %s watcher:ApplicationRealm:hashed | md5sum | cut -c1-32"));
        compose.run("docker compose up --detach --wait --force-recreate --no-deps server");
        compose.run("docker compose up --detach --wait");
        assertThat(status("watcher:hashed", "api/v1/summary")).isEqualTo("200");
        assertThat(terminal.run("docker inspect -f '{{.Id}}' terafy_postgres")).isEqualTo(postgres);
    }

    @Test
    void sectionFiveOfTheRequirementsWordForWord() throws IOException {
        // Before: the application still uses the superuser, and an administrator is set for the migration.
        Files.writeString(env, """
                POSTGRES_PASSWORD='super $ecret'
                DB_ADMIN_USER=postgres
                DB_ADMIN_PASSWORD='super $ecret'
                DB_USER=postgres
                DB_PASSWORD='super $ecret'
                TERAFY_USER=1001:0
                """);
        terminal.run("chown 1001 .env && chmod 600 .env");
        terminal.run("docker compose up --build --detach --wait");
        assertThat(sql(CONNECTIONS)).doesNotContain("terafy_app");

        // 1.
        typed("docker exec -it terafy_postgres psql -U postgres -d terafy_db"
                + " -f /docker-entrypoint-initdb.d/20251124000000_create_app_user.sql");
        // 2.
        Files.writeString(
                env,
                Files.readString(env)
                        .replace("DB_USER=postgres", "DB_USER=terafy_app")
                        .replace("\nDB_PASSWORD='super $ecret'", "\nDB_PASSWORD=terafy_app_password"));
        // 3.
        typed("docker compose restart server");
        awaitHealth("terafy_server", "healthy");
        // 4.
        List<String> rows = sql(CONNECTIONS).lines().toList();
        assertThat(rows).anySatisfy(row -> assertThat(row).matches("terafy_app\\|[2-9]"));
        assertThat(
                        sql("SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'terafy/terafy/TerafyDS/________'")
                                .strip())
                .isEqualTo("2");
    }

    /** At a terminal, which {@code -it} demands. */
    private void typed(String line) {
        terminal.run("script -q -e -c '" + line + "' /dev/null");
    }

    private void awaitHealth(String container, String state) {
        Awaitility.await(container + " is " + state)
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(
                        () -> assertThat(terminal.run("docker inspect -f '{{.State.Health.Status}}' " + container))
                                .isEqualTo(state + "\n"));
    }

    @Test
    void environmentAloneSufficesAndFailedDeploymentIsUnhealthy() throws IOException {
        Files.writeString(env, "DB_PASSWORD=from-the-file\n");
        terminal.run("docker compose up --detach --wait postgres");
        String run = "docker run --detach --network terafy_default --health-start-period 1s --health-interval 2s ";
        String database = "-e DB_HOST=postgres -e DB_PASSWORD=from-the-file ";
        terminal.run(run + "--name good --read-only --tmpfs /tmp --tmpfs /opt/jboss/terafy/run:mode=1777"
                + " --cap-drop ALL --health-retries 90 --memory 700m -e JAVA_OPTS='-Xmx200m -Dmine=yes' " + database
                + "-e TERAFY_USERS='watcher:terafy-monitor:one operator:terafy-monitor,terafy-operator:two'"
                + " --publish 127.0.0.1:8080:8080 terafy-server");
        awaitHealth("good", "healthy");
        assertThat(status("operator:two", "api/v1/summary")).isEqualTo("200");
        assertThat(terminal.run("docker top good -o pid,args"))
                .contains("-Xmx200m -Dmine=yes", "-Djboss.server.base.dir");
        terminal.run(run + "--name bad --health-retries 30 -e DB_POOL_MAX=0 " + database + "terafy-server");
        awaitHealth("bad", "unhealthy");
        assertThat(terminal.run("docker inspect -f '{{json .State.Health.Log}}' bad"))
                .contains("404");
        assertThat(terminal.run("docker logs bad 2>&1")).contains("DB_POOL_MAX");

        terminal.run(run + "--name ugly -e TERAFY_USERS=watcher terafy-server");
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> terminal.run("docker ps -aq -f status=exited -f name=ugly"), id -> !id.isEmpty());
        assertThat(terminal.run("docker logs ugly 2>&1"))
                .isEqualTo("TERAFY_USERS: the entry of 'watcher' is not name:roles:password.\n");
    }

    @Test
    void productionProfileWorksWithTlsAndTheAdministratorHealsThePassword() throws IOException {
        Files.createDirectories(secrets);
        terminal.run("cd " + secrets + " && openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj /CN=postgres"
                + " -addext subjectAltName=DNS:postgres -keyout postgres_key -out postgres_certificate"
                + " && cp postgres_certificate postgres_authority");
        secret("postgres_password", "of the superuser");
        secret("db_admin_password", "of the superuser");
        Files.copy(project.resolve("config/profiles/production.env"), env);
        Terminal compose = withFiles("secrets.yml", "administrator.yml", "tls.yml");
        compose.run("docker compose up --detach --wait postgres");
        sql("ALTER ROLE terafy_app PASSWORD 'unknown'");
        compose.run("docker compose up --detach --wait");
        assertThat(sql("SELECT count(*) FILTER (WHERE ssl) >= 5, bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity"
                        + " USING (pid) WHERE usename = 'terafy_app'"))
                .isEqualTo("t|t\n");
    }

    @Test
    void poolerStandsBetween() {
        Terminal compose = withFiles("secrets.yml", "pooler.yml");
        compose.run("docker compose up --detach --wait");
        assertThat(status("watcher:a:colon", "api/v1/summary")).isEqualTo("200");
        String pooler = terminal.run(
                "docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' terafy_pooler");
        assertThat(sql("SELECT DISTINCT client_addr FROM pg_stat_activity WHERE usename = 'terafy_app'"))
                .isEqualTo(pooler);
    }

    @Test
    void requestUnderWayEndsBeforeTheContainerStops() throws Exception {
        Files.writeString(env, "DB_PASSWORD=secret\n");
        Files.copy(Archives.practiceFile(), project.resolve("practice.war"));
        terminal.run("cd .. && printf 'FROM terafy-server\\n"
                + "COPY practice.war /opt/jboss/wildfly/standalone/deployments/\\n' >Dockerfile"
                + " && tar c Dockerfile practice.war | docker build --quiet --tag practice -");
        Path override = project.resolve("docker/practice.yml");
        Files.writeString(override, "services: {server: {image: practice}}\n");
        withFiles("practice.yml").run("docker compose up --no-build --detach --wait");
        String patients = inside + "curl -s -m 60 -w '%{http_code}' http://127.0.0.1:8080/practice/api/patients";
        assertThat(terminal.run(patients)).endsWith("200");

        Process lock = terminal.start("docker exec terafy_postgres psql -U postgres -d terafy_db"
                + " -c 'BEGIN; LOCK TABLE patient; SELECT pg_sleep(8)'");
        Awaitility.await()
                .atMost(LIMIT)
                .until(
                        () -> sql(
                                "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted AND relation = 'patient'::regclass"),
                        "1\n"::equals);
        Process request = terminal.start(patients);
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> sql("SELECT count(*) FROM pg_locks WHERE NOT granted"), "1\n"::equals);
        terminal.run("docker stop --time 40 terafy_server");
        assertThat(new String(request.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .endsWith("200");
        assertThat(lock.waitFor()).isZero();
        assertThat(terminal.run("docker inspect -f '{{.State.ExitCode}}' terafy_server"))
                .isEqualTo("0\n");
    }

    @Test
    void bothBuildersTakeASmallContextAndSayThatTheArchiveIsMissing() throws IOException {
        Path archive = project.resolve("ear/target/terafy.ear");
        Files.move(archive, base.resolve("terafy.ear"));
        Files.write(project.resolve("ear/target/large"), new byte[50_000_000]);
        try {
            for (String builder : List.of("0", "1")) {
                Terminal.Outcome outcome = terminal.with("DOCKER_BUILDKIT", builder)
                        .attempt("docker build --no-cache -f server/Dockerfile ..");
                assertThat(outcome.exitCode()).isNotZero();
                assertThat(outcome.output())
                        .contains("ear/target/terafy.ear is missing. Build it first: mvn")
                        .doesNotContainPattern("context.*MB");
            }
        } finally {
            Files.move(base.resolve("terafy.ear"), archive);
        }
    }
}
