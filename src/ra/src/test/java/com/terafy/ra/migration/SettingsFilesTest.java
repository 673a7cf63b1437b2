package com.terafy.ra.migration;

import static com.terafy.ra.migration.MigrationDatabase.repository;
import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.pool.settings.PoolSettings;
import com.terafy.pool.settings.Setting;
import com.terafy.pool.settings.SslMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The files in config/ that people copy from. */
class SettingsFilesTest {

    private static final Path EXAMPLE = repository().resolve("config/.env.example");

    @Test
    void exampleNamesEverySettingOnceWithItsDefault() throws IOException {
        Map<String, String> named = assignments(EXAMPLE, "#?(DB_[A-Z_]+=.*)");
        assertThat(named.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Setting.values()).map(Enum::name).toList());
        assignments(EXAMPLE, "#(DB_[A-Z_]+=.*)")
                .forEach((name, value) -> assertThat(value)
                        .as(name)
                        .isEqualTo(Setting.valueOf(name).defaultText().orElse("")));
    }

    @Test
    void exampleIsAcceptedAndHasTheRoleOfTheRequirements() throws IOException {
        Map<String, String> environment = assignments(EXAMPLE, "(DB_[A-Z_]+=.*)");
        PoolSettings settings = MigrationDatabase.read(environment);
        assertThat(settings.login().user()).isEqualTo("terafy_app");
        assertThat(environment).containsEntry("DB_PASSWORD", "terafy_app_password");
        assertThat(settings.server().database()).isEqualTo("terafy_db");
    }

    @Test
    void developmentProfileIsTwoToTen() throws IOException {
        PoolSettings settings = profile("development");
        assertThat(settings.size().min()).isEqualTo(2);
        assertThat(settings.size().max()).isEqualTo(10);
        assertThat(settings.size().idleTimeout()).isEqualTo(Duration.ofMinutes(4));
        assertThat(settings.upkeep().leakThreshold()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void productionProfileIsFiveToFifteenWithTls() throws IOException {
        PoolSettings settings = profile("production");
        assertThat(settings.size().min()).isEqualTo(5);
        assertThat(settings.size().max()).isEqualTo(15);
        assertThat(settings.session().idleInTransactionTimeout()).isEqualTo(Duration.ofMinutes(5));
        assertThat(settings.server().sslMode()).isEqualTo(SslMode.REQUIRE);
    }

    @Test
    void examplePasswordStandsNowhereElseInConfigAndDocker() throws IOException {
        for (String directory : List.of("config", "docker")) {
            try (Stream<Path> files = Files.walk(repository().resolve(directory))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    if (!file.equals(EXAMPLE) && !file.endsWith(".env")) {
                        assertThat(file).content().doesNotContain("terafy_app_password");
                    }
                }
            }
        }
    }

    @Test
    void monitoringQueriesRun() throws Exception {
        String queries = Files.readString(repository().resolve("config/sql/connections.sql"));
        try (MigrationDatabase database = new MigrationDatabase();
                Connection connection = database.superuser();
                Statement statement = connection.createStatement()) {
            assertThat(statement.execute(queries)).isTrue();
            int results = 1;
            while (statement.getMoreResults()) {
                results++;
            }
            assertThat(results).isEqualTo(3);
        }
    }

    private static PoolSettings profile(String name) throws IOException {
        return MigrationDatabase.read(
                assignments(repository().resolve("config/profiles/" + name + ".env"), "(DB_[A-Z_]+=.*)"));
    }

    /** The lines that match the pattern; its group is NAME=value. */
    private static Map<String, String> assignments(Path file, String pattern) throws IOException {
        Map<String, String> found = new TreeMap<>();
        for (String line : Files.readAllLines(file)) {
            if (line.matches(pattern)) {
                String assignment = line.replaceFirst("^#", "");
                int equals = assignment.indexOf('=');
                assertThat(found.put(assignment.substring(0, equals), assignment.substring(equals + 1)))
                        .as(line)
                        .isNull();
            }
        }
        return found;
    }
}
