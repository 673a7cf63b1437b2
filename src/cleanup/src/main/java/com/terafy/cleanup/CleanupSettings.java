package com.terafy.cleanup;

import com.terafy.cleanup.policy.CleanupRules;
import com.terafy.cleanup.policy.Scope;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings of the backend cleanup, out of {@link com.terafy.api.PoolOperations#settings()}, where the pool has
 * validated them.
 *
 * @param enabled whether the timer makes passes
 * @param interval time between two passes
 * @param rules what they go by
 */
record CleanupSettings(boolean enabled, Duration interval, CleanupRules rules) {

    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("(\\d{1,12}) ?(ms|s|m|min|h|d)");

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
            if (text.equals("off") || text.equals("0")) {
                return Duration.ZERO;
            }
            Matcher matcher = NUMBER_AND_UNIT.matcher(text);
            if (matcher.matches()) {
                return duration(Long.parseLong(matcher.group(1)), matcher.group(2));
            }
            try {
                return Duration.parse(text);
            } catch (DateTimeParseException notIso) {
                throw unreadable(name, text, "a duration such as 500ms, 30s, 4m, 1h or off");
            }
        }

        private static Duration duration(long amount, String unit) {
            return switch (unit) {
                case "ms" -> Duration.ofMillis(amount);
                case "s" -> Duration.ofSeconds(amount);
                case "h" -> Duration.ofHours(amount);
                case "d" -> Duration.ofDays(amount);
                default -> Duration.ofMinutes(amount);
            };
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
