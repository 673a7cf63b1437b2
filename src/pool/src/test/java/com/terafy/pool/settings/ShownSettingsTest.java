package com.terafy.pool.settings;

import static com.terafy.pool.settings.Reading.read;
import static com.terafy.pool.settings.Reading.readFrom;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The settings in effect, as the monitoring shows them. */
class ShownSettingsTest {

    @Test
    void everySettingIsShownByItsNameInTheOrderOfTheSettings() {
        assertThat(read().shown().keySet())
                .containsExactlyElementsOf(
                        Arrays.stream(Setting.values()).map(Setting::name).toList());
    }

    @Test
    void whereNothingIsSetTheDefaultsAreShown() {
        for (Setting setting : Setting.values()) {
            assertThat(read().shown())
                    .containsEntry(setting.name(), setting.defaultText().orElse(""));
        }
    }

    @Test
    void whatIsShownCanBeSetAgain() {
        PoolSettings settings = read(
                "DB_HOST",
                "h1:5433,[::1]",
                "DB_NAME",
                "d",
                "DB_USER",
                "u",
                "DB_ADMIN_USER",
                "a",
                "DB_TARGET_SERVER_TYPE",
                "preferSecondary",
                "DB_REPLICA_MAX_LAG",
                "90s",
                "DB_SSL_MODE",
                "require",
                "DB_CONNECT_TIMEOUT",
                "90s",
                "DB_SOCKET_TIMEOUT",
                "2h",
                "DB_POOL_MIN",
                "3",
                "DB_POOL_MAX",
                "7",
                "DB_POOL_IDLE_TIMEOUT",
                "PT1.5S",
                "DB_POOL_SWEEP_INTERVAL",
                "100ms",
                "DB_POOL_ACQUIRE_TIMEOUT",
                "1ms",
                "DB_POOL_MAX_LIFETIME",
                "off",
                "DB_POOL_VALIDATE_AFTER",
                "2s",
                "DB_POOL_VALIDATION_TIMEOUT",
                "1m",
                "DB_POOL_LEAK_THRESHOLD",
                "61s",
                "DB_STATEMENT_TIMEOUT",
                "24h",
                "DB_IDLE_IN_TRANSACTION_TIMEOUT",
                "1ms",
                "DB_SESSION_RESET",
                "off",
                "DB_POOLER",
                "none",
                "DB_TRANSACTION_SUPPORT",
                "xa",
                "DB_CLEANUP_ENABLED",
                "false",
                "DB_CLEANUP_INTERVAL",
                "1d",
                "DB_CLEANUP_IDLE_LIMIT",
                "3661s",
                "DB_CLEANUP_IDLE_IN_TRANSACTION_LIMIT",
                "off",
                "DB_CLEANUP_SCOPE",
                "application",
                "DB_CLEANUP_ALLOW_USERS",
                "b,a",
                "DB_CLEANUP_ALLOW_APPLICATIONS",
                "psql*",
                "DB_CLEANUP_DRY_RUN",
                "true");
        assertThat(readFrom(SettingsSource.environment(settings.shown()))).isEqualTo(settings);
    }

    @Test
    void portsStandWithTheHostsWhereTheyDiffer() {
        assertThat(read("DB_HOST", "h1:1,h2").shown())
                .containsEntry("DB_HOST", "h1:1,h2:5432")
                .containsEntry("DB_PORT", "");
        assertThat(read("DB_HOST", "h1,h2", "DB_PORT", "7").shown())
                .containsEntry("DB_HOST", "h1,h2")
                .containsEntry("DB_PORT", "7");
    }
}
