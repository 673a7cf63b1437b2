package com.terafy.ra.migration;

import static com.terafy.ra.migration.MigrationDatabase.repository;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
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

    /** Made by the build. */
    private static final List<String> NOT_IN_THE_REPOSITORY = List.of("ear/target/terafy.ear");

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
        assertThat(services.keySet().stream().map(String::valueOf))
                .containsExactlyInAnyOrder("postgres", "server", "pooler");
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
    void noEnvironmentHoldsAPassword() {
        assertThat(services.values())
                .allSatisfy(service -> assertThat(String.valueOf(((Map<?, ?>) service).get("environment")))
                        .doesNotContain("PASSWORD", "USERS"));
    }

    @Test
    void everyPathIsInTheRepositoryOrMadeByTheBuild() throws IOException {
        List<String> paths = new ArrayList<>();
        for (Map<?, ?> service : List.of(postgres, server)) {
            mounts(service).values().stream()
                    .filter(source -> source.startsWith("..") || source.startsWith("./"))
                    .forEach(source -> paths.add(fromTop(DOCKER.resolve(source))));
        }
        Map<?, ?> build = map(server, "build");
        Path context = DOCKER.resolve(String.valueOf(build.get("context"))).normalize();
        assertThat(context).isEqualTo(repository());
        Path dockerfile = context.resolve(String.valueOf(build.get("dockerfile")));
        Matcher copy = Pattern.compile("(?m)^COPY (?:--\\S+ )*(.+) \\S+$").matcher(Files.readString(dockerfile));
        while (copy.find()) {
            for (String path : copy.group(1).replace("[r]", "r").split(" ", -1)) {
                paths.add(path);
                assertThat(context.resolve(".dockerignore")).content().contains("\n!" + path + "\n");
            }
        }
        assertThat(paths).hasSize(6).containsAll(NOT_IN_THE_REPOSITORY);
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
                .contains("FROM quay.io/wildfly/wildfly:" + version.group(1) + "-2-jdk17\n", "\nUSER 1000:0\n");
    }

    @Test
    void startScriptReadsTheSettingsAndLeavesWhatIsSetAlone() throws Exception {
        settings("""
                # DB_NAME=comment
                DB_USER=terafy_app
                DB_PASSWORD='a $b "c" #d\\'
                DB_HOST=localhost
                DB_ADMIN_PASSWORD=of-the-file
                DB_POOL_MAX=12   # a comment
                DB_POOL_MIN="3"
                PATH=/nowhere
                POSTGRES_PASSWORD=not-for-the-server
                DB_BAD-NAME=x
                JAVA_OPTS=-Xmx1g -Da=b
                DB_SSL_MODE=$(touch hacked)
                DB_SSL_ROOT_CERT=/no/line/end\
                """);
        String output = start(Map.of("DB_HOST", "postgres", "DB_ADMIN_PASSWORD_FILE", "/run/secrets/admin"));
        assertThat(output.lines())
                .containsExactly(
                        "DB_ADMIN_PASSWORD_FILE=/run/secrets/admin",
                        "DB_HOST=postgres",
                        "DB_PASSWORD=a $b \"c\" #d\\",
                        "DB_POOL_MAX=12",
                        "DB_POOL_MIN=3",
                        "DB_SSL_MODE=$(touch hacked)",
                        "DB_SSL_ROOT_CERT=/no/line/end",
                        "DB_USER=terafy_app",
                        "JBOSS_JAVA_SIZING=-Xms64m -XX:MaxRAMPercentage=50 -Xmx1g -Da=b",
                        "-b 0.0.0.0 -Djboss.server.base.dir=" + directory + "/run -Djboss.server.data.dir=" + directory
                                + "/data -Djboss.node.name=here -Djboss.tx.node.id=here"
                                + " -Dorg.wildfly.sigterm.suspend.timeout=30");
    }

    @Test
    void longNodeNameGivesAnIdentifierThatFits() throws Exception {
        assertThat(start(Map.of("TERAFY_NODE", "terafy-7d9f8c6b5d-x2x4z")))
                .contains("-Djboss.tx.node.id=terafy-7d9f8c6b5d-x2x4z ");
        assertThat(start(Map.of("TERAFY_NODE", "practice-terafy-7d9f8c6b5d-x2x4z")))
                .contains("-Djboss.node.name=practice-terafy-7d9f8c6b5d-x2x4z ")
                .containsPattern("-Djboss.tx.node.id=[0-9a-f]{23} ");
    }

    @Test
    void usersOfTheMonitoringAreMadeAnewAtEveryStart() throws Exception {
        Path file = Files.writeString(directory.resolve("users-secret"), """
                # who may look
                watcher:terafy-monitor:a:colon'"\\$*
                  operator:terafy-monitor,terafy-operator:{md5}0123456789abcdef0123456789abcdef x@y.z:r:p
                """);
        for (int start = 0; start < 2; start++) {
            assertThat(start(Map.of("TERAFY_USERS_FILE", file.toString()))).doesNotContain("colon");
            assertThat(directory.resolve("run/configuration/application-users.properties"))
                    .content()
                    .isEqualTo("# before\n\nwatcher=" + hash("watcher", "a:colon'\"\\$*")
                            + "\n\noperator=0123456789abcdef0123456789abcdef\n\nx@y.z=" + hash("x@y.z", "p") + "\n");
            assertThat(directory.resolve("run/configuration/application-roles.properties"))
                    .content()
                    .isEqualTo("# before\n\nwatcher=terafy-monitor\n\noperator=terafy-monitor,terafy-operator\n"
                            + "\nx@y.z=r\n");
        }
    }

    private static String hash(String name, String password) throws Exception {
        byte[] text = (name + ":ApplicationRealm:" + password).getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(text));
    }

    @Test
    void startScriptNamesWhatIsWrong() throws Exception {
        assertThat(start(Map.of("TERAFY_USERS", "a:b")))
                .isEqualTo("TERAFY_USERS: the entry of 'a' is not name:roles:password.\n");
        assertThat(start(Map.of("TERAFY_USERS", "a=b:c:secret")))
                .contains("'a=b' and its roles 'c' may hold")
                .doesNotContain("secret");
        assertThat(start(Map.of("TERAFY_USERS", "a:b:"))).contains("'a' has no password");
        assertThat(start(Map.of("TERAFY_USERS", "a:b:{md5}0123"))).contains("for 'a' is not 32 digits");
        assertThat(start(Map.of("TERAFY_USERS", "a:b:c", "TERAFY_USERS_FILE", "/x")))
                .contains("Both TERAFY_USERS and TERAFY_USERS_FILE");
        assertThat(start(Map.of("TERAFY_USERS_FILE", "/nowhere"))).contains("TERAFY_USERS_FILE names /nowhere");
    }

    @Test
    void postgresqlGetsWhatItNeedsAndNothingElse() throws Exception {
        settings("DB_PASSWORD=app\nDB_TRANSACTION_SUPPORT=xa\nDB_HOST=elsewhere\nPOSTGRES_PASSWORD='su per'\n");
        assertThat(startPostgres(Map.of()).lines())
                .containsExactly(
                        "DB_PASSWORD=app",
                        "DB_TRANSACTION_SUPPORT=xa",
                        "POSTGRES_PASSWORD=su per",
                        "postgres -c max_prepared_transactions=200");
    }

    @Test
    void superuserGetsAPasswordThatNobodyKnows() throws Exception {
        String first = startPostgres(Map.of());
        assertThat(first)
                .containsPattern("POSTGRES_PASSWORD=[A-Za-z0-9+/]{32}\n")
                .isNotEqualTo(startPostgres(Map.of()));
    }

    /** docker/.env of the server and, for the other containers, of the directory above their script. */
    private void settings(String text) throws IOException {
        Files.createDirectories(directory.resolve("settings"));
        Files.writeString(directory.resolve("settings/.env"), text);
        Files.writeString(directory.resolve(".env"), text);
    }

    private String start(Map<String, String> environment) throws Exception {
        Path configuration = Files.createDirectories(directory.resolve("wildfly/standalone/configuration"));
        for (String kind : List.of("users", "roles")) {
            Files.writeString(configuration.resolve("application-" + kind + ".properties"), "# before\n");
        }
        Files.createDirectories(directory.resolve("run"));
        fakeProgram(
                "wildfly/bin/standalone.sh",
                "env | grep -e ^DB_ -e ^POSTGRES -e ^JBOSS_JAVA -e ^TERAFY_USERS -e ^JAVA_OPTS | sort; echo \"$@\"");
        copy("settings.sh", "settings.sh");
        Map<String, String> all = new HashMap<>(Map.of("TERAFY_NODE", "here"));
        all.putAll(environment);
        all.put("JBOSS_HOME", directory.resolve("wildfly").toString());
        return run(all, copy("server/start.sh", "start.sh"));
    }

    private String startPostgres(Map<String, String> environment) throws Exception {
        fakeProgram("docker-entrypoint.sh", "env | grep -e ^DB_ -e ^POSTGRES | sort; echo \"$@\"");
        copy("settings.sh", "settings.sh");
        Map<String, String> all = new HashMap<>(environment);
        all.put("PATH", directory + ":" + System.getenv("PATH"));
        return run(all, copy("postgres/start.sh", "postgres/start.sh"), "postgres");
    }

    private Path copy(String from, String to) throws IOException {
        Path target = directory.resolve(to);
        Files.createDirectories(target.getParent());
        return Files.copy(DOCKER.resolve(from), target, StandardCopyOption.REPLACE_EXISTING);
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

    private String run(Map<String, String> environment, Path script, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("sh", script.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.directory(directory.toFile());
        builder.environment().keySet().removeIf(name -> name.matches("(DB_|PG|POSTGRES_|TERAFY_|JAVA_OPTS).*"));
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
