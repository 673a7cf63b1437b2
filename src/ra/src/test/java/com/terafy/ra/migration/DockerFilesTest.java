package com.terafy.ra.migration;

import static com.terafy.ra.migration.MigrationDatabase.repository;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What can be said of docker/ without a Docker engine: its keys, its paths, and its two scripts, run by sh. */
class DockerFilesTest {

    private static final Path DOCKER = repository().resolve("docker");
    private static final String INIT = "/docker-entrypoint-initdb.d/";
    private static final String MIGRATION = INIT + "20251124000000_create_app_user.sql";

    /** Made by the build, or by the user from config/.env.example. */
    private static final List<String> NOT_IN_THE_REPOSITORY = List.of("ear/target/terafy.ear", "docker/.env");

    private final Map<?, ?> services = map(compose(), "services");
    private final Map<?, ?> postgres = map(services, "postgres");
    private final Map<?, ?> server = map(services, "server");

    private final Path directory;

    DockerFilesTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private static Map<?, ?> compose() {
        try (BufferedReader text = Files.newBufferedReader(DOCKER.resolve("docker-compose.yml"))) {
            return new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    private static Map<?, ?> map(Map<?, ?> from, String key) {
        return (Map<?, ?>) Objects.requireNonNull(from.get(key), key);
    }

    private static List<?> list(Map<?, ?> from, String key) {
        return (List<?>) Objects.requireNonNull(from.get(key), key);
    }

    @Test
    void serverProcessHasTheSettingsOfTheRequirements() {
        assertThat(list(postgres, "command"))
                .map(String::valueOf)
                .containsExactly(
                        "postgres",
                        "-c",
                        "max_connections=200",
                        "-c",
                        "shared_buffers=256MB",
                        "-c",
                        "idle_in_transaction_session_timeout=300000",
                        "-c",
                        "statement_timeout=30000");
    }

    @Test
    void containersAndDatabaseAreNamedAsInTheRequirements() {
        assertThat(services.keySet().stream().map(String::valueOf)).containsExactlyInAnyOrder("postgres", "server");
        assertThat(postgres.get("container_name")).isEqualTo("terafy_postgres");
        assertThat(map(postgres, "environment").get("POSTGRES_DB")).isEqualTo("terafy_db");
        assertThat(map(postgres, "environment").get("POSTGRES_USER")).isEqualTo("postgres");
    }

    @Test
    void serverWaitsUntilPostgresqlIsHealthy() {
        assertThat(map(map(server, "depends_on"), "postgres").get("condition")).isEqualTo("service_healthy");
        assertThat(list(map(postgres, "healthcheck"), "test"))
                .map(String::valueOf)
                .contains("pg_isready", "127.0.0.1");
    }

    @Test
    void migrationIsWhereTheCommandOfTheRequirementsLooksForIt() {
        assertThat(mounts(postgres))
                .containsEntry(MIGRATION, "../config/migrations/20251124000000_create_app_user.sql")
                .containsValue("./postgres/20251124000001_set_app_password.sh");
    }

    @Test
    void environmentHoldsNoPasswordOfItsOwn() {
        Map<?, ?> environment = map(postgres, "environment");
        environment.forEach((name, value) -> {
            if (String.valueOf(name).contains("PASSWORD")) {
                assertThat(String.valueOf(value)).startsWith("${");
            }
        });
        assertThat(String.valueOf(server.get("environment"))).doesNotContain("PASSWORD");
    }

    @Test
    void everyPathIsInTheRepositoryOrMadeByTheBuild() throws IOException {
        List<String> paths = new ArrayList<>();
        for (Map<?, ?> service : List.of(postgres, server)) {
            mounts(service).values().stream()
                    .filter(source -> source.startsWith("."))
                    .forEach(source -> paths.add(fromTop(DOCKER.resolve(source))));
        }
        Map<?, ?> build = map(server, "build");
        Path context = DOCKER.resolve(String.valueOf(build.get("context"))).normalize();
        assertThat(context).isEqualTo(repository());
        Path dockerfile = context.resolve(String.valueOf(build.get("dockerfile")));
        Matcher copy = Pattern.compile("(?m)^COPY (?:--\\S+ )*(\\S+) \\S+$").matcher(Files.readString(dockerfile));
        while (copy.find()) {
            paths.add(copy.group(1));
            assertThat(Path.of(dockerfile + ".dockerignore")).content().contains("\n!" + copy.group(1) + "\n");
        }
        assertThat(paths).hasSize(5).containsAll(NOT_IN_THE_REPOSITORY);
        paths.removeAll(NOT_IN_THE_REPOSITORY);
        assertThat(paths)
                .allSatisfy(path -> assertThat(repository().resolve(path)).isRegularFile());
    }

    @Test
    void imageIsTheServerThatTheProjectIsBuiltForAndNotRoot() throws IOException {
        Matcher version = Pattern.compile("<version.wildfly>(.*)</version.wildfly>")
                .matcher(Files.readString(repository().resolve("pom.xml")));
        assertThat(version.find()).isTrue();
        assertThat(DOCKER.resolve("server/Dockerfile"))
                .content()
                .contains("FROM quay.io/wildfly/wildfly:" + version.group(1) + "-jdk17\n", "\nUSER jboss\n");
    }

    @Test
    void startScriptReadsTheSettingsAndLeavesWhatIsSetAlone() throws Exception {
        Path environment = Files.writeString(directory.resolve(".env"), """
                # DB_NAME=comment
                DB_USER=terafy_app
                DB_PASSWORD='a $b "c" #d\\'
                DB_HOST=localhost
                DB_POOL_MAX=12   # a comment
                DB_POOL_MIN="3"
                PATH=/nowhere
                DB_BAD-NAME=x
                DB_SSL_MODE=$(touch hacked)
                DB_SSL_ROOT_CERT=/no/line/end\
                """);
        fakeProgram("bin/standalone.sh", "env | grep ^DB_ | sort; echo \"$@\"");
        String output = run(
                Map.of(
                        "TERAFY_ENV_FILE",
                        environment.toString(),
                        "JBOSS_HOME",
                        directory.toString(),
                        "DB_HOST",
                        "postgres"),
                DOCKER.resolve("server/start.sh"));
        assertThat(output.lines())
                .containsExactly(
                        "DB_HOST=postgres",
                        "DB_PASSWORD=a $b \"c\" #d\\",
                        "DB_POOL_MAX=12",
                        "DB_POOL_MIN=3",
                        "DB_SSL_MODE=$(touch hacked)",
                        "DB_SSL_ROOT_CERT=/no/line/end",
                        "DB_USER=terafy_app",
                        "-b 0.0.0.0");
    }

    @Test
    void startScriptSaysThatTheSettingsAreMissing() throws Exception {
        String output = run(Map.of("TERAFY_ENV_FILE", "/nowhere/.env"), DOCKER.resolve("server/start.sh"));
        assertThat(output).contains("/nowhere/.env cannot be read").contains("config/.env.example");
    }

    @Test
    void initScriptSetsEvenADifficultPassword() throws Exception {
        String password = "a\\b 'c' \"d\" =e\t$f";
        fakeProgram("psql", "printf '%s' \"$PGOPTIONS\" >options; echo \"$@\"");
        String output = initScript(Map.of("DB_USER", "terafy_app", "DB_PASSWORD", password));
        assertThat(output).contains("-f " + MIGRATION).doesNotContain("'c'");
        try (MigrationDatabase database = new MigrationDatabase()) {
            database.runByHand(Files.readString(directory.resolve("options")));
            assertThat(database.open("terafy_app", password)).satisfies(AutoCloseable::close);
        }
    }

    @Test
    void initScriptLeavesThePasswordOfAnotherRoleAlone() throws Exception {
        fakeProgram("psql", "echo called");
        assertThat(initScript(Map.of("DB_USER", "postgres", "DB_PASSWORD", "x")))
                .isEmpty();
        assertThat(initScript(Map.of("DB_USER", "terafy_app", "DB_PASSWORD", "")))
                .isEmpty();
    }

    private String initScript(Map<String, String> environment) throws Exception {
        Map<String, String> all = new HashMap<>(environment);
        all.put("POSTGRES_USER", "postgres");
        all.put("POSTGRES_DB", "terafy_db");
        all.put("PATH", directory + ":" + System.getenv("PATH"));
        return run(all, DOCKER.resolve("postgres/20251124000001_set_app_password.sh"));
    }

    private void fakeProgram(String name, String body) throws IOException {
        Path program = directory.resolve(name);
        Files.createDirectories(program.getParent());
        Files.writeString(program, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }

    private String run(Map<String, String> environment, Path script) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("sh", script.toString()).redirectErrorStream(true);
        builder.directory(directory.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("DB_") || name.startsWith("PG"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }

    /** Target to source of a service's mounts, in the short and the long notation. */
    private static Map<String, String> mounts(Map<?, ?> service) {
        Map<String, String> mounts = new HashMap<>();
        for (Object volume : list(service, "volumes")) {
            if (volume instanceof Map<?, ?> bind) {
                mounts.put(String.valueOf(bind.get("target")), String.valueOf(bind.get("source")));
            } else {
                String[] parts = String.valueOf(volume).split(":", 3);
                mounts.put(parts[1], parts[0]);
            }
        }
        return mounts;
    }

    private static String fromTop(Path path) {
        return repository().relativize(path.normalize()).toString();
    }
}
