package com.terafy.pool.settings;

import static com.terafy.pool.settings.Reading.invalid;
import static com.terafy.pool.settings.Reading.problems;
import static com.terafy.pool.settings.Reading.problemsOfProperties;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every bad setting is reported by one message that has an id, names it as the user wrote it, and says what to do. */
class BadSettingsTest {

    private static final String BEGIN = ": Pool TerafyDS: ";
    private static final String NO_DURATION =
            ", which is no duration. Write a number with its unit, such as 500ms, 30s, 4m, 1h, or ISO-8601 such as PT4M.";

    @TempDir
    Path directory;

    @ParameterizedTest(name = "{0}={1}")
    @CsvSource(delimiter = '|', nullValues = "-", maxCharsPerColumn = 500, textBlock = """
            DB_POOL_MIN  | two    | 0102 | is "two", which is no whole number. Set it to a value from 0 to 1000.
            DB_POOL_MIN  | -1     | 0103 | is -1. Set it to a value from 0 to 1000.
            DB_POOL_MIN  | 2.5    | 0102 | is "2.5", which is no whole number. Set it to a value from 0 to 1000.
            DB_POOL_MAX  | 0      | 0103 | is 0. Set it to a value from 1 to 1000.
            DB_POOL_MAX  | 1001   | 0103 | is 1001. Set it to a value from 1 to 1000.
            DB_POOL_MAX  | 99999999999 | 0102 | is "99999999999", which is no whole number. Set it to a value from 1 to 1000.
            DB_PORT      | 0      | 0103 | is 0. Set it to a value from 1 to 65535.
            DB_PORT      | 65536  | 0103 | is 65536. Set it to a value from 1 to 65535.
            DB_PORT      | five   | 0102 | is "five", which is no whole number. Set it to a value from 1 to 65535.
            DB_POOL_IDLE_TIMEOUT | off    | 0105 | is off. Set it to a duration from 1s to 24h.
            DB_POOL_IDLE_TIMEOUT | 25h    | 0105 | is 25h. Set it to a duration from 1s to 24h.
            DB_POOL_IDLE_TIMEOUT | 999999999999d | 0105 | is 999999999999d. Set it to a duration from 1s to 24h.
            DB_POOL_IDLE_TIMEOUT | -PT4M  | 0105 | is -PT4M. Set it to a duration from 1s to 24h.
            DB_POOL_SWEEP_INTERVAL  | 99ms | 0105 | is 99ms. Set it to a duration from 100ms to 24h.
            DB_POOL_ACQUIRE_TIMEOUT | off  | 0105 | is off. Set it to a duration from 1ms to 24h.
            DB_CONNECT_TIMEOUT   | 999ms  | 0105 | is 999ms. Set it to a duration from 1s to 24h.
            DB_CONNECT_TIMEOUT   | 1500ms | 0106 | is 1500ms. Set it to whole seconds.
            DB_SOCKET_TIMEOUT    | 2500ms | 0106 | is 2500ms. Set it to whole seconds.
            DB_SOCKET_TIMEOUT    | 1ms    | 0105 | is 1ms. Set it to off, or to a duration from 1s to 24h.
            DB_STATEMENT_TIMEOUT | 2d     | 0105 | is 2d. Set it to off, or to a duration from 1ms to 24h.
            DB_IDLE_IN_TRANSACTION_TIMEOUT | PT0.0015S | 0106 | is PT0.0015S. Set it to whole milliseconds.
            DB_POOL_MAX_LIFETIME | 999ms  | 0105 | is 999ms. Set it to off, or to a duration from 1s to 24h.
            DB_POOL_VALIDATE_AFTER | off  | 0105 | is off. Set it to a duration from 1ms to 24h.
            DB_POOL_VALIDATION_TIMEOUT | 61s  | 0105 | is 61s. Set it to a duration from 100ms to 1m.
            DB_POOL_VALIDATION_TIMEOUT | 99ms | 0105 | is 99ms. Set it to a duration from 100ms to 1m.
            DB_POOL_LEAK_THRESHOLD | 50ms | 0105 | is 50ms. Set it to off, or to a duration from 100ms to 24h.
            DB_SSL_MODE  | on     | 0107 | is "on". Set it to one of disable, allow, prefer, require, verify-ca, verify-full.
            DB_SSL_MODE  | REQUIRE | 0107 | is "REQUIRE". Set it to one of disable, allow, prefer, require, verify-ca, verify-full.
            DB_TARGET_SERVER_TYPE  | master | 0107 | is "master". Set it to one of any, primary, secondary, preferPrimary, preferSecondary.
            DB_REPLICA_MAX_LAG     | 999ms | 0105 | is 999ms. Set it to off, or to a duration from 1s to 24h.
            DB_REPLICA_MAX_LAG     | 10s  | 0124 | is 10s but DB_TARGET_SERVER_TYPE is any: it limits how far a replica that is read from may be behind. Set it to off, or the type to secondary or preferSecondary.
            DB_TRANSACTION_SUPPORT | 2pc  | 0107 | is "2pc". Set it to one of local, xa.
            DB_SESSION_RESET       | on   | 0107 | is "on". Set it to one of always, off.
            DB_POOLER              | on   | 0107 | is "on". Set it to one of none, session, transaction.
            DB_CLEANUP_ENABLED     | yes  | 0107 | is "yes". Set it to one of true, false.
            DB_CLEANUP_DRY_RUN     | 1    | 0107 | is "1". Set it to one of true, false.
            DB_CLEANUP_SCOPE       | all  | 0107 | is "all". Set it to one of own-role, application, database.
            DB_CLEANUP_INTERVAL    | off  | 0105 | is off. Set it to a duration from 100ms to 24h.
            DB_CLEANUP_IDLE_LIMIT  | off  | 0105 | is off. Set it to a duration from 1s to 24h.
            DB_CLEANUP_IDLE_LIMIT  | 60s  | 0121 | is 1m, not longer than twice DB_POOL_SWEEP_INTERVAL, 30s: live connections of a pool, which each sweep keeps fresh, could be ended as idle. Set it to more than 1m.
            DB_CLEANUP_IDLE_IN_TRANSACTION_LIMIT | 10ms | 0105 | is 10ms. Set it to off, or to a duration from 1s to 24h.
            DB_CLEANUP_ALLOW_USERS | a,,b | 0122 | has an empty entry. Write name,name.
            DB_HOST      | h1,,h2 | 0120 | has as part 2 nothing. Write host or host:port, with commas between several.
            DB_HOST      | h1:5432,h1 | 0120 | names h1:5432 twice. Name each server once.
            DB_HOST      | ::1    | 0120 | is ::1, an IPv6 address without brackets. Write [::1].
            DB_HOST      | h1:0   | 0120 | is something that is no host or host:port (not shown). A port goes from 1 to 65535.
            DB_SSL_ROOT_CERT | no-such-file.pem | 0109 | is a text (not shown, in case it is the secret itself), which is no file that the server's user can read.
            DB_DRIVER_PROPERTIES | tcpKeepAlive | 0111 | has as part 1 something without "=". Write name=value;name=value.
            DB_DRIVER_PROPERTIES | options=a;options=b | 0111 | sets options twice. Set it once.
            DB_DRIVER_PROPERTIES | options=a;tcpKeepalive=true | 0114 | has as part 2 a property that pgjdbc does not know (not shown). The nearest that it knows is tcpKeepAlive.
            DB_DRIVER_PROPERTIES | password=x | 0115 | sets password, which has a setting of its own or belongs to the adapter. Remove it there.
            DB_POOL_MAXX           | 5  | 0101 | is not a setting. Correct it (to DB_POOL_MAX?) or remove it.
            DB_POOL_IDLE_TIME_OUT  | 5m | 0101 | is not a setting. Correct it (to DB_POOL_IDLE_TIMEOUT?) or remove it.
            DB_CLEANUP_IDLELIMIT   | 5m | 0101 | is not a setting. Correct it (to DB_CLEANUP_IDLE_LIMIT?) or remove it.
            """)
    void aBadSettingIsNamedOnceAsItWasWritten(String name, String value, String id, String what) {
        String expected = "TERAFY" + id + BEGIN;
        assertThat(problems(name, value)).containsExactly(expected + name + " " + what);

        String property = asProperty(name);
        assertThat(problemsOfProperties(property, value))
                .containsExactly(expected + property + " " + namesAsProperties(id, what));
    }

    /** A setting that is set nowhere keeps its name of the environment; a proposal is in the user's own way of writing. */
    private static String namesAsProperties(String id, String what) {
        Matcher names = Pattern.compile("DB_[A-Z_]+").matcher(what);
        return id.equals("0101") ? names.replaceAll(name -> asProperty(name.group())) : what;
    }

    private static String asProperty(String name) {
        return "terafy." + name.toLowerCase(Locale.ROOT).replace('_', '.');
    }

    @ParameterizedTest
    @CsvSource({"4", "4x", "m", "4 minutes", "1.5m", "PT", "OFF", "4m30s", "1000000000000s"})
    void whatIsNoDurationIsSaidToBeNone(String text) {
        assertThat(problems("DB_POOL_IDLE_TIMEOUT", text))
                .containsExactly("TERAFY0104" + BEGIN + "DB_POOL_IDLE_TIMEOUT is \"" + text + "\"" + NO_DURATION);
    }

    @Test
    void aMaximumBelowTheMinimumNamesBoth() {
        assertThat(problems("DB_POOL_MIN", "5", "DB_POOL_MAX", "4"))
                .containsExactly("TERAFY0112" + BEGIN + "DB_POOL_MAX is 4 but DB_POOL_MIN is 5. Set it to at least 5.");
    }

    @Test
    void aMinimumAboveTheDefaultMaximumNamesBoth() {
        assertThat(problems("DB_POOL_MIN", "11"))
                .containsExactly(
                        "TERAFY0112" + BEGIN + "DB_POOL_MAX is 10 but DB_POOL_MIN is 11. Set it to at least 11.");
    }

    @Test
    void aSweepThatIsLongerThanTheIdleTimeoutIsRefused() {
        assertThat(problems("DB_POOL_IDLE_TIMEOUT", "10s", "DB_POOL_SWEEP_INTERVAL", "11s"))
                .containsExactly(
                        "TERAFY0113" + BEGIN + "DB_POOL_SWEEP_INTERVAL is 11s, longer than"
                                + " DB_POOL_IDLE_TIMEOUT, 10s: connections would be closed much too late. Set it to at most that.");
    }

    @Test
    void aSweepThatIsLongerThanTheLifetimeIsRefused() {
        assertThat(problems("DB_POOL_MAX_LIFETIME", "10s", "DB_POOL_SWEEP_INTERVAL", "11s"))
                .containsExactly(
                        "TERAFY0113" + BEGIN + "DB_POOL_SWEEP_INTERVAL is 11s, longer than"
                                + " DB_POOL_MAX_LIFETIME, 10s: connections would be closed much too late. Set it to at most that.");
    }

    @Test
    void aLimitOfLagWhereOneServerIsNamedIsRefused() {
        assertThat(problems("DB_HOST", "h1:1", "DB_TARGET_SERVER_TYPE", "secondary", "DB_REPLICA_MAX_LAG", "10s"))
                .containsExactly("TERAFY0124" + BEGIN + "DB_REPLICA_MAX_LAG is 10s but DB_HOST is one server, h1:1:"
                        + " there is none to read from instead. Set it to off, or name all servers.");
    }

    @Test
    void anEndlessLifetimeGoesWithAnySweep() {
        assertThat(Reading.read("DB_POOL_MAX_LIFETIME", "off").upkeep().maxLifetime())
                .isZero();
    }

    @Test
    void theCleanupLimitIsNotComparedWhereThereIsNoCleanup() {
        assertThat(Reading.read("DB_CLEANUP_ENABLED", "false", "DB_CLEANUP_IDLE_LIMIT", "10s")
                        .cleanup()
                        .enabled())
                .isFalse();
    }

    @Test
    void aPasswordAndAFileWithOneAreRefused() throws IOException {
        assertThat(problems("DB_PASSWORD", "hush", "DB_PASSWORD_FILE", file("other")))
                .containsExactly(
                        "TERAFY0108" + BEGIN + "DB_PASSWORD and DB_PASSWORD_FILE are both set. Set one of them.");
    }

    @Test
    void aPasswordOfTheAdministratorAndAFileWithOneAreRefused() throws IOException {
        assertThat(problems(
                        "DB_ADMIN_USER", "postgres", "DB_ADMIN_PASSWORD", "hush", "DB_ADMIN_PASSWORD_FILE", file("x")))
                .containsExactly("TERAFY0108" + BEGIN
                        + "DB_ADMIN_PASSWORD and DB_ADMIN_PASSWORD_FILE are both set. Set one of them.");
    }

    @Test
    void aPasswordFileThatIsNotThereIsNamedIfItsDirectoryIsThere() {
        Path missing = directory.resolve("missing");
        assertThat(problems("DB_PASSWORD_FILE", missing.toString()))
                .containsExactly("TERAFY0109" + BEGIN + "DB_PASSWORD_FILE is \"" + missing
                        + "\", which is no file that the server's user can read.");
    }

    @Test
    void aDirectoryIsNoPasswordFile() {
        assertThat(problems("DB_PASSWORD_FILE", directory.toString()))
                .singleElement()
                .asString()
                .contains("TERAFY0109");
    }

    @Test
    void aPasswordFileWithALineEndOnlyIsEmpty() throws IOException {
        String empty = file("\n");
        assertThat(problems("DB_PASSWORD_FILE", empty))
                .containsExactly("TERAFY0110" + BEGIN + "DB_PASSWORD_FILE leads to no password: The file " + empty
                        + " is empty. Write the password into it.");
    }

    @Test
    void aRootCertificateWithoutTlsIsRefused() throws IOException {
        assertThat(problems("DB_SSL_ROOT_CERT", file("pem"), "DB_SSL_MODE", "disable"))
                .containsExactly("TERAFY0116" + BEGIN + "DB_SSL_ROOT_CERT is set but DB_SSL_MODE is disable."
                        + " Remove it, or set the mode to verify-full.");
    }

    @ParameterizedTest
    @CsvSource({"verify-ca", "verify-full"})
    void verifyingNeedsARootCertificate(String mode) {
        assertThat(problems("DB_SSL_MODE", mode))
                .containsExactly("TERAFY0118" + BEGIN + "DB_SSL_MODE is " + mode + " but DB_SSL_ROOT_CERT is not set."
                        + " Set it to the PEM file with the certificate to trust.");
        assertThat(Reading.read("DB_SSL_MODE", mode, "DB_DRIVER_PROPERTIES", "sslfactory=x")
                        .server()
                        .driverProperties())
                .containsEntry("sslfactory", "x");
    }

    @Test
    void aPasswordOfNobodyIsRefused() {
        assertThat(problems("DB_ADMIN_PASSWORD", "hush"))
                .containsExactly("TERAFY0117" + BEGIN
                        + "DB_ADMIN_PASSWORD is set but DB_ADMIN_USER is not. Set both, or neither.");
    }

    @ParameterizedTest
    @CsvSource({"DB_USER", "DB_NAME", "DB_CLEANUP_ALLOW_USERS", "DB_CLEANUP_ALLOW_APPLICATIONS", "DB_ADMIN_USER"})
    void aNameHasAtMost63BytesAndNoControlCharacter(String setting) {
        assertThat(problems(setting, "é".repeat(32)))
                .containsExactly("TERAFY0119" + BEGIN + setting
                        + " has a name of 64 bytes, longer than PostgreSQL's 63. Shorten it.");
        assertThat(problems(setting, "a\u0007b"))
                .containsExactly("TERAFY0119" + BEGIN + setting + " contains a control character. Remove it.");
    }

    @Test
    void listsHaveAnUpperBound() {
        assertThat(problems("DB_CLEANUP_ALLOW_USERS", "u,".repeat(100) + "u"))
                .containsExactly("TERAFY0122" + BEGIN + "DB_CLEANUP_ALLOW_USERS has 101 entries. Give it at most 100.");
        assertThat(problems("DB_HOST", "h,".repeat(16) + "h"))
                .containsExactly("TERAFY0120" + BEGIN + "DB_HOST names 17 hosts. Name at most 16.");
    }

    @Test
    void whatAPoolerDoesNotPassOnIsRefused() {
        for (String timeout : List.of("DB_STATEMENT_TIMEOUT", "DB_IDLE_IN_TRANSACTION_TIMEOUT")) {
            assertThat(Reading.problems("DB_POOLER", "session", timeout, "30s"))
                    .singleElement()
                    .asString()
                    .startsWith("TERAFY0123: ")
                    .contains(timeout + " is 30s but DB_POOLER is session", "ALTER ROLE");
            assertThat(Reading.read(timeout, "30s").server().pooler()).isEqualTo(Pooler.NONE);
        }
    }

    @Test
    void everyProblemIsReportedAtOnce() {
        InvalidSettingsException invalid = invalid(SettingsSource.environment(Reading.environment(
                "DB_POOL_MIN",
                "x",
                "DB_PORT",
                "70000",
                "DB_SSL_MODE",
                "on",
                "DB_SESSION_RESET",
                "maybe",
                "DB_CLEANUP_SCOPE",
                "all",
                "DB_POOL_MAXX",
                "3")));
        assertThat(invalid.problems())
                .hasSize(6)
                .anyMatch(problem -> problem.contains("DB_POOL_MIN"))
                .anyMatch(problem -> problem.contains("DB_PORT"))
                .anyMatch(problem -> problem.contains("DB_SSL_MODE"))
                .anyMatch(problem -> problem.contains("DB_SESSION_RESET"))
                .anyMatch(problem -> problem.contains("DB_CLEANUP_SCOPE"))
                .anyMatch(problem -> problem.contains("DB_POOL_MAXX"));
        assertThat(invalid)
                .hasMessageStartingWith(
                        "TERAFY0100: Pool TerafyDS: 6 settings are wrong; nothing was started.\n  TERAFY")
                .message()
                .contains(invalid.problems());
    }

    @Test
    void oneProblemIsCountedInTheSingular() {
        assertThat(invalid(SettingsSource.environment(Map.of("DB_PORT", "x"))))
                .hasMessageStartingWith("TERAFY0100: Pool TerafyDS: 1 setting is wrong; nothing was started.\n  ");
    }

    @Test
    void aBadSettingDrawsNoSecondComplaintAboutItsNeighbour() {
        assertThat(problems("DB_POOL_MIN", "5000", "DB_POOL_MAX", "10")).hasSize(1);
        assertThat(problems("DB_POOL_IDLE_TIMEOUT", "10ms", "DB_POOL_SWEEP_INTERVAL", "10m"))
                .noneMatch(problem -> problem.contains("longer than DB_POOL_IDLE_TIMEOUT"));
    }

    private String file(String content) throws IOException {
        return Files.writeString(directory.resolve("file"), content).toString();
    }
}
