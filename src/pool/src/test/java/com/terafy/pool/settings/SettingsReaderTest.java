package com.terafy.pool.settings;

import static com.terafy.pool.settings.Reading.environment;
import static com.terafy.pool.settings.Reading.read;
import static com.terafy.pool.settings.Reading.readFrom;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What good settings become, and where they are looked for. */
class SettingsReaderTest {

    @Test
    void withoutAnySettingThePoolIsThatOfTheRequirements() {
        PoolSettings settings = read();
        assertThat(settings.poolName()).isEqualTo("TerafyDS");
        assertThat(settings.server().address()).isEqualTo("localhost:5432/terafy_db");
        assertThat(settings.server().sslMode()).isEqualTo(SslMode.PREFER);
        assertThat(settings.login().user()).isEqualTo("terafy_app");
        assertThat(settings.size())
                .isEqualTo(new PoolSettings.Size(
                        2, 10, Duration.ofMinutes(4), Duration.ofSeconds(30), Duration.ofSeconds(30)));
        assertThat(settings.upkeep())
                .isEqualTo(new PoolSettings.Upkeep(
                        Duration.ofMinutes(30), Duration.ofMillis(500), Duration.ofSeconds(5), Duration.ZERO));
        assertThat(settings.session())
                .isEqualTo(new PoolSettings.Session(Duration.ZERO, Duration.ZERO, SessionReset.ALWAYS));
        assertThat(settings.transactionSupport()).isEqualTo(TransactionSupport.LOCAL);
        assertThat(settings.cleanup())
                .isEqualTo(new PoolSettings.BackendCleanup(
                        true,
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(5),
                        CleanupScope.OWN_ROLE,
                        Set.of(),
                        Set.of(),
                        false));
        assertThat(settings.admin()).isEmpty();
    }

    @Test
    void everySettingTakesEffect() {
        PoolSettings settings = read(
                "DB_HOST",
                "db.example",
                "DB_PORT",
                "6432",
                "DB_NAME",
                "other",
                "DB_USER",
                "me",
                "DB_TARGET_SERVER_TYPE",
                "preferSecondary",
                "DB_SSL_MODE",
                "require",
                "DB_CONNECT_TIMEOUT",
                "3s",
                "DB_SOCKET_TIMEOUT",
                "1m",
                "DB_DRIVER_PROPERTIES",
                " tcpKeepAlive = true ; options=-c a=b;",
                "DB_POOL_MIN",
                "0",
                "DB_POOL_MAX",
                "15",
                "DB_POOL_IDLE_TIMEOUT",
                "10s",
                "DB_POOL_SWEEP_INTERVAL",
                "2s",
                "DB_POOL_ACQUIRE_TIMEOUT",
                "PT1.5S",
                "DB_POOL_MAX_LIFETIME",
                "1h",
                "DB_POOL_VALIDATE_AFTER",
                "1s",
                "DB_POOL_VALIDATION_TIMEOUT",
                "2s",
                "DB_POOL_LEAK_THRESHOLD",
                "30s",
                "DB_STATEMENT_TIMEOUT",
                "30s",
                "DB_IDLE_IN_TRANSACTION_TIMEOUT",
                "5m",
                "DB_SESSION_RESET",
                "always",
                "DB_TRANSACTION_SUPPORT",
                "xa",
                "DB_ADMIN_USER",
                "postgres",
                "DB_CLEANUP_ENABLED",
                "false",
                "DB_CLEANUP_INTERVAL",
                "1s",
                "DB_CLEANUP_IDLE_LIMIT",
                "6s",
                "DB_CLEANUP_IDLE_IN_TRANSACTION_LIMIT",
                "off",
                "DB_CLEANUP_SCOPE",
                "database",
                "DB_CLEANUP_ALLOW_USERS",
                "alice, bob",
                "DB_CLEANUP_ALLOW_APPLICATIONS",
                "psql,DBeaver *",
                "DB_CLEANUP_DRY_RUN",
                "true");
        assertThat(settings.server())
                .hasToString("db.example:6432/other (sslmode require, driver properties "
                        + settings.server().driverProperties().keySet() + ")");
        assertThat(settings.server().targetServerType()).isEqualTo(TargetServerType.PREFER_SECONDARY);
        assertThat(settings.server().connectTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(settings.server().socketTimeout()).isEqualTo(Duration.ofMinutes(1));
        assertThat(settings.server().driverProperties())
                .containsOnly(Map.entry("tcpKeepAlive", "true"), Map.entry("options", "-c a=b"));
        assertThat(settings.login().user()).isEqualTo("me");
        assertThat(settings.size())
                .isEqualTo(new PoolSettings.Size(
                        0, 15, Duration.ofSeconds(10), Duration.ofSeconds(2), Duration.ofMillis(1500)));
        assertThat(settings.upkeep())
                .isEqualTo(new PoolSettings.Upkeep(
                        Duration.ofHours(1), Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(30)));
        assertThat(settings.session())
                .isEqualTo(
                        new PoolSettings.Session(Duration.ofSeconds(30), Duration.ofMinutes(5), SessionReset.ALWAYS));
        assertThat(settings.transactionSupport()).isEqualTo(TransactionSupport.XA);
        assertThat(settings.admin().orElseThrow().user()).isEqualTo("postgres");
        assertThat(settings.cleanup())
                .isEqualTo(new PoolSettings.BackendCleanup(
                        false,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(6),
                        Duration.ZERO,
                        CleanupScope.DATABASE,
                        Set.of("alice", "bob"),
                        Set.of("psql", "DBeaver *"),
                        true));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            h1                              | h1:5432
            h1:6000                         | h1:6000
            h1,h2                           | h1:5432,h2:5432
            h1:5433, h2:5434 ,h3            | h1:5433,h2:5434,h3:5432
            h1:5432,h1:5433                 | h1:5432,h1:5433
            10.0.0.7                        | 10.0.0.7:5432
            terafy_postgres                 | terafy_postgres:5432
            a.b-c.example.                  | a.b-c.example.:5432
            [::1]                           | [::1]:5432
            [2001:db8::7]:5433,[fe80::1%eth0] | [2001:db8::7]:5433,[fe80::1%eth0]:5432
            """)
    void severalServersMayBeNamed(String hosts, String address) {
        assertThat(read("DB_HOST", hosts, "DB_NAME", "d").server().address()).isEqualTo(address + "/d");
    }

    @ParameterizedTest
    @CsvSource({"h1 h2", "-h", "h-", "h..i", "h:", ":5432", "h:+1", "h:65536", "h:123456", "[::1", "[]", "[h]", "h?x=1"
    })
    void whatIsNoServerIsRefused(String host) {
        assertThat(Reading.problems("DB_HOST", host)).singleElement().asString().startsWith("TERAFY0120");
    }

    @ParameterizedTest
    @CsvSource({"''", "'  '"})
    void anEmptyTextCountsAsNotSet(String empty) {
        for (Setting setting : Setting.values()) {
            if (!setting.isSecret()) {
                assertThat(read(setting.name(), empty)).as(setting.name()).isEqualTo(read());
            }
        }
    }

    @Test
    void anEmptyTextInTheFirstSourceGivesWayToTheNext() {
        Properties properties = new Properties();
        properties.setProperty("terafy.db.host", " ");
        assertThat(readFrom(
                                SettingsSource.systemProperties(properties),
                                SettingsSource.environment(environment("DB_HOST", "second")))
                        .server()
                        .hosts())
                .containsExactly(new HostPort("second", 5432));
    }

    @Test
    void theFirstSourceThatSetsASettingCounts() {
        Properties properties = new Properties();
        properties.setProperty("terafy.db.pool.max", "7");
        properties.setProperty("terafy.db.pool.min", "3");
        PoolSettings settings = readFrom(
                SettingsSource.descriptor(Map.of(Setting.DB_POOL_MIN, "4")),
                SettingsSource.systemProperties(properties),
                SettingsSource.environment(environment("DB_POOL_MAX", "8", "DB_USER", "me")));
        assertThat(settings.size().min()).isEqualTo(4);
        assertThat(settings.size().max()).isEqualTo(7);
        assertThat(settings.login().user()).isEqualTo("me");
    }

    @Test
    void aBadSettingIsNamedAsTheSourceNamesItThatCounts() {
        Properties properties = new Properties();
        properties.setProperty("terafy.db.pool.max", "1");
        assertThat(Reading.invalid(
                                SettingsSource.descriptor(Map.of(Setting.DB_POOL_MIN, "4")),
                                SettingsSource.systemProperties(properties),
                                SettingsSource.environment(environment("DB_POOL_MAX", "8")))
                        .problems())
                .containsExactly("TERAFY0112: Pool TerafyDS: terafy.db.pool.max is 1 but config property for"
                        + " DB_POOL_MIN is 4. Set it to at least 4.");
    }

    @Test
    void namesOfOthersAreLeftAlone() {
        assertThat(read("DB_HOSTNAME", "x", "DB_BACKUP", "y", "POOL_MAX", "z", "DB_POOL_MAXX", ""))
                .isEqualTo(read());
        Properties properties = new Properties();
        properties.setProperty("terafy.other", "x");
        assertThat(readFrom(SettingsSource.systemProperties(properties))).isEqualTo(read());
    }

    @Test
    void behindAPoolerThatGivesASessionForATransactionNoneIsReset() {
        PoolSettings settings = read("DB_POOLER", "transaction");
        assertThat(settings.server().pooler()).isEqualTo(Pooler.TRANSACTION);
        assertThat(settings.session().reset()).isEqualTo(SessionReset.OFF);
        assertThat(settings.shown()).containsEntry("DB_POOLER", "transaction").containsEntry("DB_SESSION_RESET", "off");
        assertThat(read("DB_POOLER", "session").session().reset()).isEqualTo(SessionReset.ALWAYS);
    }
}
