package com.terafy.api.text;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as they are written in settings: {@code 500ms}, {@code 30s}, {@code 4m}, {@code 1h}, or ISO-8601. */
public final class DurationText {

    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("(\\d{1,12}) ?(ms|s|m|min|h|d)");

    private DurationText() {}

    /** The duration; empty if the text is none. A number without a unit is none, except 0. */
    public static Optional<Duration> parse(String text) {
        if (text.equals("off") || text.equals("0")) {
            return Optional.of(Duration.ZERO);
        }
        Matcher matcher = NUMBER_AND_UNIT.matcher(text);
        if (matcher.matches()) {
            long amount = Long.parseLong(matcher.group(1));
            return Optional.of(
                    switch (matcher.group(2)) {
                        case "ms" -> Duration.ofMillis(amount);
                        case "s" -> Duration.ofSeconds(amount);
                        case "h" -> Duration.ofHours(amount);
                        case "d" -> Duration.ofDays(amount);
                        default -> Duration.ofMinutes(amount);
                    });
        }
        try {
            return Optional.of(Duration.parse(text.toUpperCase(Locale.ROOT)));
        } catch (DateTimeParseException notIso) {
            return Optional.empty();
        }
    }

    /** The duration in the largest unit that shows it whole, for example {@code 4m}. */
    public static String show(Duration duration) {
        if (duration.isZero()) {
            return "off";
        }
        if (duration.toMillis() % 1000 != 0) {
            return duration.toMillis() + "ms";
        }
        long seconds = duration.toSeconds();
        if (seconds % 3600 == 0) {
            return seconds / 3600 + "h";
        }
        return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }
}
