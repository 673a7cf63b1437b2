package com.terafy.ra.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.pool.settings.PoolSettings;
import com.terafy.pool.settings.SettingsReader;
import com.terafy.pool.settings.SettingsSource;
import com.terafy.pool.time.Ticker;
import com.terafy.ra.errors.PostgresErrors;
import com.terafy.ra.errors.UnreadablePasswordException;
import com.terafy.ra.migration.LoginAdvice;
import com.terafy.testkit.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PasswordFileTest {

    private static final String ROLE = "rotated";

    private final TestPostgres postgres = TestPostgres.shared();

    @AfterEach
    void dropRole() {
        postgres.execute("DROP ROLE IF EXISTS " + ROLE);
    }

    @Test
    void newPasswordInTheFileIsUsedByTheNextLogin(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("password"), "first-one\n");
        postgres.createRole(ROLE, "first-one");
        PoolSettings settings = settings(file);
        PhysicalConnector connector = new PhysicalConnector(settings, Ticker.SYSTEM, BeforeLogin.NOTHING, () -> 0);
        login(connector, settings);

        postgres.execute("ALTER ROLE " + ROLE + " PASSWORD 'second-one'");
        assertThatThrownBy(() -> login(connector, settings))
                .isInstanceOfSatisfying(
                        SQLException.class,
                        refused -> assertThat(refused.getSQLState()).isEqualTo("28P01"));

        Files.writeString(file, "second-one\n");
        login(connector, settings);
    }

    @Test
    void aFileThatIsGoneIsSaidAndNotTakenForARefusalOfTheServer(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("password"), "first-one");
        PoolSettings settings = settings(file);
        PhysicalConnector connector = new PhysicalConnector(settings, Ticker.SYSTEM, BeforeLogin.NOTHING, () -> 0);
        Files.delete(file);

        assertThatThrownBy(() -> login(connector, settings))
                .isInstanceOfSatisfying(UnreadablePasswordException.class, said -> {
                    assertThat(said.getMessage())
                            .startsWith("TERAFY0306: Pool rotation, ")
                            .endsWith("The password of rotated cannot be read: java.nio.file.NoSuchFileException: "
                                    + file);
                    assertThat(LoginAdvice.forFailedLogin(settings, said)).hasValue(said.getMessage());
                    assertThat(PostgresErrors.mayPass(said)).isFalse();
                });
    }

    private static void login(PhysicalConnector connector, PoolSettings settings) throws SQLException {
        connector
                .open(
                        Credentials.of(settings.login(), settings.server()),
                        "terafy/test/rotation/1",
                        Duration.ofSeconds(10))
                .close();
    }

    private PoolSettings settings(Path passwordFile) throws Exception {
        return SettingsReader.read(
                "rotation",
                List.of(SettingsSource.environment(Map.of(
                        "DB_HOST", postgres.host(),
                        "DB_PORT", Integer.toString(postgres.port()),
                        "DB_USER", ROLE,
                        "DB_PASSWORD_FILE", passwordFile.toString()))),
                DriverProperties.known(),
                DriverProperties.reserved());
    }
}
