package com.terafy.monitor.parameters;

import com.terafy.monitor.backends.BackendPage;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the text of a parameter may be. */
public sealed interface Rule {

    /** Whether the text is one. */
    boolean permits(String text);

    /** What is allowed, for a reader. */
    List<String> allowed();

    /**
     * Text without control characters.
     *
     * @param longest most characters
     */
    record Text(int longest) implements Rule {
        @Override
        public boolean permits(String text) {
            return !text.isEmpty()
                    && text.length() <= longest
                    && text.codePoints().noneMatch(Text::isUnfit);
        }

        private static boolean isUnfit(int character) {
            int type = Character.getType(character);
            return type == Character.CONTROL || type == Character.SURROGATE;
        }

        @Override
        public List<String> allowed() {
            return List.of("1 to " + longest + " characters, no control characters");
        }
    }

    /** An IP address in figures. */
    record Address() implements Rule {

        /** How it is written; the longest form of IPv6 has 45 characters. */
        public static final String PATTERN =
                "^(?=.{2,45}$)([0-9]{1,3}([.][0-9]{1,3}){3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*)$";

        private static final Pattern FIGURES = Pattern.compile(PATTERN);

        @Override
        public boolean permits(String text) {
            return FIGURES.matcher(text).matches();
        }

        @Override
        public List<String> allowed() {
            return List.of("an address as the list shows it, such as 10.0.0.7 or 2001:db8::7");
        }
    }

    /** Where a page begins, as the page before has said it. */
    record Cursor() implements Rule {
        @Override
        public boolean permits(String text) {
            return BackendPage.Cursor.parse(text).isPresent();
        }

        @Override
        public List<String> allowed() {
            return List.of("next of an earlier answer, as it is");
        }
    }

    /** One of these. */
    record Choice(List<String> values) implements Rule {
        @Override
        public boolean permits(String text) {
            return values.contains(text);
        }

        @Override
        public List<String> allowed() {
            return values;
        }
    }

    /** A whole number within these bounds. */
    record Whole(int least, int most) implements Rule {

        private static final Pattern DIGITS = Pattern.compile("\\d{1,10}");

        @Override
        public boolean permits(String text) {
            if (!DIGITS.matcher(text).matches()) {
                return false;
            }
            long value = Long.parseLong(text);
            return value >= least && value <= most;
        }

        @Override
        public List<String> allowed() {
            return List.of(least + " to " + most);
        }
    }

    /** A time from zero to this: {@code 500ms}, {@code 30s}, {@code 5m}, {@code 1h}, {@code 1d}. */
    record Span(Duration most) implements Rule {

        /** How it is written. */
        public static final String PATTERN = "^[0-9]{1,9}(ms|s|m|h|d)$";

        private static final Pattern NUMBER_AND_UNIT = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");

        @Override
        public boolean permits(String text) {
            return parse(text).filter(span -> span.compareTo(most) <= 0).isPresent();
        }

        @Override
        public List<String> allowed() {
            return List.of("a number and a unit, such as 500ms, 30s, 5m, 1h or 1d", "at most " + most.toDays() + "d");
        }

        /** The time; empty if the text is none. */
        public static Optional<Duration> parse(String text) {
            Matcher matcher = NUMBER_AND_UNIT.matcher(text);
            if (!matcher.matches()) {
                return Optional.empty();
            }
            long amount = Long.parseLong(matcher.group(1));
            return Optional.of(
                    switch (matcher.group(2)) {
                        case "ms" -> Duration.ofMillis(amount);
                        case "s" -> Duration.ofSeconds(amount);
                        case "m" -> Duration.ofMinutes(amount);
                        case "h" -> Duration.ofHours(amount);
                        default -> Duration.ofDays(amount);
                    });
        }
    }

    /** A time with its zone, of the years that PostgreSQL's and ours can be: {@code 2026-01-31T08:15:30Z}. */
    record Time() implements Rule {

        private static final int FIRST_YEAR = 1970;
        private static final int LAST_YEAR = 9999;

        @Override
        public boolean permits(String text) {
            return parse(text).isPresent();
        }

        @Override
        public List<String> allowed() {
            return List.of("ISO 8601 with a zone, for example 2026-01-31T08:15:30.123456Z");
        }

        /** The time; empty if the text is none, or of another year. */
        public static Optional<Instant> parse(String text) {
            try {
                OffsetDateTime time = OffsetDateTime.parse(text);
                return time.getYear() >= FIRST_YEAR && time.getYear() <= LAST_YEAR
                        ? Optional.of(time.toInstant())
                        : Optional.empty();
            } catch (DateTimeException notATime) {
                return Optional.empty();
            }
        }
    }

    /** The id of an entry of the history. */
    record EntryId() implements Rule {

        /** How it is written. */
        public static final String PATTERN = "^[0-9a-f]{32}$";

        private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{32}");

        @Override
        public boolean permits(String text) {
            return DIGITS.matcher(text).matches();
        }

        @Override
        public List<String> allowed() {
            return List.of("32 hexadecimal digits, the id of an entry");
        }
    }
}
