package com.terafy.pool.settings;

import static com.terafy.pool.settings.Reading.environment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.terafy.api.SettingOrigin;
import com.terafy.api.SettingOrigin.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a further pool has of its own, what it inherits, and what it is never given. */
class SettingsSourcesTest {

    private final Properties properties = new Properties();

    private List<SettingsSource> sources(Map<Setting, String> definition, String... environment) {
        return SettingsSources.of("Reporting", definition, properties, environment(environment));
    }

    private PoolSettings read(String... environment) throws InvalidSettingsException {
        return read(Map.of(), environment);
    }

    private PoolSettings read(Map<Setting, String> definition, String... environment) throws InvalidSettingsException {
        return SettingsReader.read(
                "Reporting", sources(definition, environment), Reading.DRIVER_PROPERTIES, Reading.RESERVED);
    }

    private List<String> problems(String... environment) {
        return catchThrowableOfType(InvalidSettingsException.class, () -> read(environment))
                .problems();
    }

    private SettingOrigin origin(Setting setting, String... environment) {
        return SettingsSources.origins(sources(Map.of(), environment)).get(setting.name());
    }

    private static String password(Optional<PoolSettings.Login> login) throws IOException {
        Optional<Secret> secret = login.flatMap(PoolSettings.Login::password);
        return secret.isPresent() ? secret.get().reveal() : "none";
    }

    private static String password(PoolSettings settings) throws IOException {
        return password(Optional.of(settings.login()));
    }

    @Test
    void whatIsNotItsOwnIsInheritedAndWhatIsNowhereHasItsDefault() throws Exception {
        PoolSettings settings =
                read("DB_HOST", "common", "DB_POOL_MAX", "7", "REPORTING_DB_POOL_MAX", "30", "DB_PASSWORD", "s");

        assertThat(settings.server().address()).isEqualTo("common:5432/terafy_db");
        assertThat(settings.size().max()).isEqualTo(30);
        assertThat(password(settings)).isEqualTo("s");
    }

    @Test
    void definitionThenOwnPropertyThenOwnVariableThenCommonPropertyThenCommonVariable() throws Exception {
        String[] all = {"REPORTING_DB_NAME", "own variable", "DB_NAME", "common variable"};
        properties.setProperty("terafy.db.name", "common property");
        assertThat(read("DB_NAME", "common variable").server().database()).isEqualTo("common property");
        assertThat(read(all).server().database()).isEqualTo("own variable");
        properties.setProperty("terafy.reporting.db.name", "own property");
        assertThat(read(all).server().database()).isEqualTo("own property");
        assertThat(read(Map.of(Setting.DB_NAME, "definition"), all).server().database())
                .isEqualTo("definition");
    }

    @Test
    void itIsShownWhereEachComesFrom() {
        properties.setProperty("terafy.db.user", "u");
        String[] environment = {"REPORTING_DB_POOL_MAX", "30", "DB_HOST", "common"};

        assertThat(origin(Setting.DB_POOL_MAX, environment))
                .isEqualTo(new SettingOrigin(Kind.OWN, Optional.of("REPORTING_DB_POOL_MAX")));
        assertThat(origin(Setting.DB_HOST, environment))
                .isEqualTo(new SettingOrigin(Kind.INHERITED, Optional.of("DB_HOST")));
        assertThat(origin(Setting.DB_USER, environment))
                .isEqualTo(new SettingOrigin(Kind.INHERITED, Optional.of("terafy.db.user")));
        assertThat(origin(Setting.DB_POOL_MIN, environment)).isEqualTo(SettingOrigin.STANDARD);
    }

    @Test
    void theDefaultPoolInheritsNothing() {
        List<SettingsSource> sources =
                SettingsSources.of("TerafyDS", Map.of(), properties, environment("DB_HOST", "common"));

        assertThat(SettingsSources.origins(sources).get("DB_HOST"))
                .isEqualTo(new SettingOrigin(Kind.OWN, Optional.of("DB_HOST")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"REPORTING_DB_HOST", "REPORTING_DB_PORT", "REPORTING_DB_USER"})
    void noPasswordGoesToAnotherServerOrRole(String own) throws Exception {
        String value = own.endsWith("PORT") ? "6000" : "other";

        assertThat(password(read("DB_PASSWORD", "secret", own, value))).isEqualTo("none");
        assertThat(origin(Setting.DB_PASSWORD, "DB_PASSWORD", "secret", own, value))
                .isEqualTo(SettingOrigin.STANDARD);
    }

    @Test
    void norDoesItWhereTheDefinitionNamesTheServer() throws Exception {
        assertThat(password(read(Map.of(Setting.DB_HOST, "other"), "DB_PASSWORD", "secret")))
                .isEqualTo("none");
    }

    @Test
    void noPasswordFileGoesToAnotherServer(@TempDir Path directory) throws Exception {
        String file = Files.writeString(directory.resolve("password"), "secret").toString();

        assertThat(password(read("DB_PASSWORD_FILE", file))).isEqualTo("secret");
        assertThat(password(read("DB_PASSWORD_FILE", file, "REPORTING_DB_HOST", "other")))
                .isEqualTo("none");
    }

    @Test
    void anOwnPasswordTakesThePlaceOfAnInheritedFile(@TempDir Path directory) throws Exception {
        String file = Files.writeString(directory.resolve("password"), "secret").toString();

        assertThat(password(read("DB_PASSWORD_FILE", file, "REPORTING_DB_PASSWORD", "mine")))
                .isEqualTo("mine");
    }

    /** He would set the role's password, which is the same in all databases of the server, and rights in this one. */
    @Test
    void theAdministratorIsNotInherited() throws Exception {
        assertThat(read("DB_ADMIN_USER", "postgres", "DB_ADMIN_PASSWORD", "a").admin())
                .isEmpty();
        PoolSettings settings =
                read("DB_ADMIN_USER", "postgres", "DB_ADMIN_PASSWORD", "a", "REPORTING_DB_ADMIN_USER", "mine");

        assertThat(settings.admin().orElseThrow().user()).isEqualTo("mine");
        assertThat(password(settings.admin())).isEqualTo("none");
    }

    @ParameterizedTest
    @CsvSource({"REPORTING_DB_HOST, other", "REPORTING_DB_PORT, 6000", "REPORTING_DB_USER, other"})
    void theDriversPropertiesGoToNoOtherServerOrRole(String own, String value) {
        String[] common = {"DB_DRIVER_PROPERTIES", "sslpassword=secret"};

        assertThat(origin(Setting.DB_DRIVER_PROPERTIES, common).kind()).isEqualTo(Kind.INHERITED);
        assertThat(origin(Setting.DB_DRIVER_PROPERTIES, common[0], common[1], own, value))
                .isEqualTo(SettingOrigin.STANDARD);
    }

    @Test
    void aPoolWithoutTlsIsGivenNoCertificate(@TempDir Path directory) throws Exception {
        String file = Files.writeString(directory.resolve("ca.pem"), "x").toString();

        assertThat(read("DB_SSL_ROOT_CERT", file).server().sslRootCert()).isPresent();
        assertThat(read("DB_SSL_ROOT_CERT", file, "REPORTING_DB_SSL_MODE", "disable")
                        .server()
                        .sslRootCert())
                .isEmpty();
    }

    @Test
    void aWrongOneOfItsOwnIsNamedAsItWasWritten() {
        properties.setProperty("terafy.reporting.db.port", "0");

        assertThat(problems("REPORTING_DB_POOL_MAX", "many"))
                .containsExactlyInAnyOrder(
                        "TERAFY0103: Pool Reporting: terafy.reporting.db.port is 0. Set it to a value from 1 to 65535.",
                        "TERAFY0102: Pool Reporting: REPORTING_DB_POOL_MAX is \"many\", which is no whole number. Set it to a"
                                + " value from 1 to 1000.");
    }

    @Test
    void anInheritedOneThatDoesNotGoWithItsOwnIsNamedWithWhatToSet() {
        assertThat(problems("DB_POOL_MIN", "5", "REPORTING_DB_POOL_MAX", "3"))
                .containsExactly("TERAFY0112: Pool Reporting: REPORTING_DB_POOL_MAX is 3 but DB_POOL_MIN (inherited;"
                        + " REPORTING_DB_POOL_MIN is this pool's) is 5. Set it to at least 5.");
    }

    @Test
    void anUnknownOneOfItsOwnIsNamedWithTheNearest() {
        properties.setProperty("terafy.reporting.db.hots", "h");

        assertThat(problems("REPORTING_DB_POOL_MAXX", "3", "REPORTING_DB_NMAE", "reports"))
                .containsExactlyInAnyOrder(
                        "TERAFY0101: Pool Reporting: REPORTING_DB_NMAE is not a setting. Correct it (to"
                                + " REPORTING_DB_NAME?) or remove it.",
                        "TERAFY0101: Pool Reporting: terafy.reporting.db.hots is not a setting. Correct it (to"
                                + " terafy.reporting.db.host?) or remove it.",
                        "TERAFY0101: Pool Reporting: REPORTING_DB_POOL_MAXX is not a setting. Correct it (to"
                                + " REPORTING_DB_POOL_MAX?) or remove it.");
    }

    /** TerafyDS reports it; otherwise each pool would. */
    @Test
    void anUnknownOneOfTheDefaultPoolIsNotItsAffair() throws Exception {
        assertThat(read("DB_POOL_MAXX", "3").size().max()).isEqualTo(10);
    }

    @Test
    void whatIsMissingIsNamedAsItsOwn() {
        assertThat(problems("REPORTING_DB_ADMIN_PASSWORD", "x"))
                .containsExactly("TERAFY0117: Pool Reporting: REPORTING_DB_ADMIN_PASSWORD is set but"
                        + " REPORTING_DB_ADMIN_USER is not. Set both, or neither.");
    }

    @Test
    void aNameThatNoPoolCanHaveIsAProblemBesideTheOthers() {
        InvalidSettingsException wrong = catchThrowableOfType(
                InvalidSettingsException.class,
                () -> SettingsReader.read(
                        "Two Words",
                        SettingsSources.of("Two Words", Map.of(), properties, environment("DB_PORT", "0")),
                        Reading.DRIVER_PROPERTIES,
                        Reading.RESERVED));

        assertThat(wrong.problems())
                .hasSize(2)
                .first()
                .asString()
                .isEqualTo(
                        "TERAFY0125: Pool Two Words: a pool's name has 1 to 40 letters, digits, \"_\", \".\" and \"-\".");
    }
}
