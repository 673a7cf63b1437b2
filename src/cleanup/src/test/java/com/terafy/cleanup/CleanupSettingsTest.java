package com.terafy.cleanup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.terafy.cleanup.policy.CleanupRules;
import com.terafy.cleanup.policy.Scope;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CleanupSettingsTest {

    @Test
    void theDefaultsAreThoseOfTheRequirements() {
        assertThat(CleanupSettings.of("TerafyDS", Map.of()))
                .isEqualTo(new CleanupSettings(
                        true,
                        Duration.ofSeconds(30),
                        new CleanupRules(
                                Scope.OWN_ROLE,
                                Duration.ofMinutes(5),
                                Duration.ofMinutes(5),
                                Set.of(),
                                List.of(),
                                false)));
    }

    @Test
    void everySettingIsRead() {
        Map<String, String> texts = Map.of(
                "DB_CLEANUP_ENABLED", "true",
                "DB_CLEANUP_INTERVAL", "10s",
                "DB_CLEANUP_IDLE_LIMIT", "off",
                "DB_CLEANUP_IDLE_IN_TRANSACTION_LIMIT", "90s",
                "DB_CLEANUP_SCOPE", "database",
                "DB_CLEANUP_ALLOW_USERS", "reporting, backup,",
                "DB_CLEANUP_ALLOW_APPLICATIONS", "pgAdmin*,psql",
                "DB_CLEANUP_DRY_RUN", "true");
        assertThat(CleanupSettings.of("TerafyDS", texts))
                .isEqualTo(new CleanupSettings(
                        true,
                        Duration.ofSeconds(10),
                        new CleanupRules(
                                Scope.DATABASE,
                                Duration.ZERO,
                                Duration.ofSeconds(90),
                                Set.of("reporting", "backup"),
                                List.of("pgAdmin*", "psql"),
                                true)));
    }

    @ParameterizedTest
    @CsvSource({"DB_CLEANUP_ENABLED,false", "DB_CLEANUP_INTERVAL,off"})
    void itCanBeSwitchedOff(String name, String text) {
        assertThat(CleanupSettings.of("TerafyDS", Map.of(name, text)).enabled()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"500ms,PT0.5S", "4m,PT4M", "1h,PT1H", "2d,PT48H", "PT4M,PT4M", "0,PT0S"})
    void durationsAreReadInAllTheirForms(String text, Duration duration) {
        Map<String, String> texts = Map.of("DB_CLEANUP_IDLE_LIMIT", text);
        assertThat(CleanupSettings.of("TerafyDS", texts).rules().idleLimit()).isEqualTo(duration);
    }

    @ParameterizedTest
    @CsvSource({
        "DB_CLEANUP_ENABLED,perhaps",
        "DB_CLEANUP_INTERVAL,soon",
        "DB_CLEANUP_IDLE_LIMIT,300",
        "DB_CLEANUP_SCOPE,cluster"
    })
    void whatCannotBeReadIsNamed(String name, String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CleanupSettings.of("TerafyDS", Map.of(name, text)))
                .withMessageStartingWith("TERAFY0409: Pool TerafyDS: " + name + " is \"" + text + "\". Set it to ");
    }
}
