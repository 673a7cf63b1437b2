package com.terafy.ra.migration;

import static com.terafy.ra.migration.MigrationDatabase.login;
import static com.terafy.ra.migration.MigrationDatabase.withLogins;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.terafy.pool.settings.PoolSettings;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoginAdviceTest {

    private final PoolSettings settings = MigrationDatabase.read(
            Map.of("DB_HOST", "db.example", "DB_NAME", "it's mine", "DB_PASSWORD", "hidden", "DB_SSL_MODE", "require"));

    private String advice(String sqlState) {
        return LoginAdvice.forFailedLogin(settings, sqlState).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({"28P01, TERAFY0311", "28000, TERAFY0312", "42501, TERAFY0314"})
    void whatTheMigrationCuresNamesTheCommandToRun(String sqlState, String id) {
        assertThat(advice(sqlState))
                .startsWith(id + ": Pool TerafyDS, db.example:5432/it's mine: ")
                .endsWith("PGOPTIONS=\"-c terafy.app_password=<password of terafy_app>\" psql -h db.example -p 5432"
                        + " -U postgres -d 'it'\\''s mine' -f config/migrations/20251124000000_create_app_user.sql")
                .contains("terafy_app", "DB_ADMIN_USER", "DB_ADMIN_PASSWORD")
                .doesNotContain("hidden");
    }

    @Test
    void aRefusedPasswordThatNoSettingGivesIsNotSaidToBeOfThatSetting() {
        PoolSettings without = MigrationDatabase.read(Map.of("DB_USER", "reporting"));
        assertThat(LoginAdvice.forFailedLogin(without, "28P01"))
                .hasValueSatisfying(text -> assertThat(text)
                        .endsWith("Check DB_USER and where its password comes from, which is not DB_PASSWORD."));
        assertThat(advice("28P01")).contains("Check DB_USER and DB_PASSWORD.");
    }

    @Test
    void missingDatabaseIsToldHowToCreateIt() {
        assertThat(advice("3D000"))
                .startsWith("TERAFY0313: ")
                .endsWith("createdb -h db.example -p 5432 -U postgres 'it'\\''s mine'");
    }

    @Test
    void exhaustedServerIsToldWhatToLower() {
        assertThat(advice("53300")).startsWith("TERAFY0315: ").contains("DB_POOL_MAX (10)", "max_connections");
    }

    @Test
    void refusedLoginNamesTheTlsMode() {
        assertThat(advice("28000")).contains("DB_SSL_MODE require");
    }

    @Test
    void roleThatTheMigrationDoesNotMakeIsNotToldToRunIt() {
        PoolSettings other = withLogins(settings, login("reporting", "hidden"), Optional.empty());
        assertThat(LoginAdvice.forFailedLogin(other, "28P01"))
                .hasValueSatisfying(
                        text -> assertThat(text).contains("reporting").doesNotContain("psql"));
    }

    @Test
    void severalServersAreWrittenAsPsqlTakesThem() {
        PoolSettings two = MigrationDatabase.read(Map.of("DB_HOST", "one:5433,[::1]:5434"));
        assertThat(LoginAdvice.forFailedLogin(two, "28P01"))
                .hasValueSatisfying(text -> assertThat(text).contains("psql -h one,::1 -p 5433,5434 -U postgres"));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"08001", "57P03", "XX000"})
    void otherFailuresAreNotAboutTheRole(String sqlState) {
        assertThat(LoginAdvice.forFailedLogin(settings, sqlState)).isEmpty();
    }

    @Test
    void postgresqlAnswersWithTheseStates() {
        try (MigrationDatabase database = new MigrationDatabase()) {
            assertThat(failure(database)).isEqualTo("28P01");
            database.execute("CREATE ROLE terafy_app NOLOGIN PASSWORD 'secret'");
            assertThat(failure(database)).isEqualTo("28000");
            database.execute(
                    "ALTER ROLE terafy_app LOGIN", "REVOKE CONNECT ON DATABASE " + database.name + " FROM PUBLIC");
            assertThat(failure(database)).isEqualTo("42501");
            database.execute(
                    "GRANT CONNECT ON DATABASE " + database.name + " TO terafy_app",
                    "ALTER ROLE terafy_app CONNECTION LIMIT 0");
            assertThat(failure(database)).isEqualTo("53300");
            database.execute("REVOKE CONNECT ON DATABASE " + database.name + " FROM terafy_app");
        } catch (SQLException unexpected) {
            throw new AssertionError(unexpected);
        }
    }

    private static String failure(MigrationDatabase database) {
        return catchThrowableOfType(SQLException.class, () -> database.open("terafy_app", "secret"))
                .getSQLState();
    }
}
