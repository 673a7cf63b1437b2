package com.terafy.cleanup;

import com.terafy.api.text.DurationText;
import com.terafy.cleanup.policy.CleanupRules;
import com.terafy.cleanup.policy.Scope;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The settings of the backend cleanup, out of {@link com.terafy.api.PoolOperations#settings()}, where the pool has
 * validated them.
 *
 * @param enabled whether the timer makes passes
 * @param interval time between two passes
 * @param rules what they go by
 */
record CleanupSettings(boolean enabled, Duration interval, CleanupRules rules) {

    /**
     * Reads them; what is not there has its default.
     *
     * @throws IllegalArgumentException with TERAFY0409, naming the setting that cannot be read
     */
    static CleanupSettings of(String pool, Map<String, String> settings) {
        Reader reader = new Reader(pool, settings);
        CleanupRules rules = new CleanupRules(
                reader.scope(),
                reader.duration("DB_CLEANUP_IDLE_LIMIT", "5m"),
                reader.duration("DB_CLEANUP_IDLE_IN_TRANSACTION_LIMIT", "5m"),
                Set.copyOf(reader.list("DB_CLEANUP_ALLOW_USERS")),
                reader.list("DB_CLEANUP_ALLOW_APPLICATIONS"),
                reader.flag("DB_CLEANUP_DRY_RUN", "false"));
        Duration interval = reader.duration("DB_CLEANUP_INTERVAL", "30s");
        return new CleanupSettings(reader.flag("DB_CLEANUP_ENABLED", "true") && !interval.isZero(), interval, rules);
    }

    private record Reader(String pool, Map<String, String> settings) {

        boolean flag(String name, String standard) {
            String text = text(name, standard);
            return switch (text.toLowerCase(Locale.ROOT)) {
                case "true", "on", "yes" -> true;
                case "false", "off", "no" -> false;
                default -> throw unreadable(name, text, "true or false");
            };
        }

        Scope scope() {
            String text = text("DB_CLEANUP_SCOPE", Scope.OWN_ROLE.text());
            return Scope.of(text)
                    .orElseThrow(() -> unreadable("DB_CLEANUP_SCOPE", text, "own-role, application or database"));
        }

        List<String> list(String name) {
            return Arrays.stream(text(name, "").split(","))
                    .map(String::strip)
                    .filter(entry -> !entry.isEmpty())
                    .distinct()
                    .toList();
        }

        Duration duration(String name, String standard) {
            String text = text(name, standard);
            return DurationText.parse(text)
                    .orElseThrow(() -> unreadable(name, text, "a duration such as 500ms, 30s, 4m, 1h or off"));
        }

        private String text(String name, String standard) {
            String text = settings.getOrDefault(name, "").strip();
            return text.isEmpty() ? standard : text;
        }

        private IllegalArgumentException unreadable(String name, String text, String wanted) {
            return new IllegalArgumentException(CleanupMessages.unreadableSetting(pool, name, text, wanted));
        }
    }
}
