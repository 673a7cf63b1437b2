package com.terafy.pool.settings;

import com.terafy.api.text.DurationText;
import com.terafy.api.text.PoolNames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Single settings as typed values. A bad one is noted as a problem and stands in with its default, so that reading goes
 * on and every problem comes to light; {@link #areGood} says whether a value is the user's.
 *
 * <p>For one thread.
 */
final class SettingValues {

    /** More entries than this in a list are taken for a slip of the pen. */
    static final int MOST_ENTRIES = 100;

    /** NAMEDATALEN - 1 of PostgreSQL. */
    private static final int LONGEST_NAME_BYTES = 63;

    private final String pool;
    private final List<SettingsSource> sources;
    private final List<String> problems = new ArrayList<>();
    private final Set<Setting> bad = EnumSet.noneOf(Setting.class);

    SettingValues(String pool, List<SettingsSource> sources) {
        this.pool = pool;
        this.sources = sources;
    }

    /** The problems found so far, in the order they were found. */
    List<String> problems() {
        return problems;
    }

    /** True if none of these has a problem so far. */
    boolean areGood(Setting... settings) {
        return Arrays.stream(settings).noneMatch(bad::contains);
    }

    /** How the user wrote the setting; its name in the environment if nobody did. */
    String nameOf(Setting setting) {
        return source(setting)
                .map(source -> source.nameOf(setting))
                .orElseGet(() -> PoolNames.variable(pool, setting.name()));
    }

    /** Notes a problem; the text goes on after the name of the setting. */
    void problem(String id, Setting setting, String text) {
        bad.add(setting);
        problem(id, nameOf(setting) + " " + text);
    }

    void problem(String id, String text) {
        problems.add("TERAFY" + id + ": Pool " + pool + ": " + text);
    }

    /** Notes every name that looks like a setting and is none. */
    void checkNames() {
        for (SettingsSource source : sources) {
            List<String> known =
                    Arrays.stream(Setting.values()).map(source::nameOf).toList();
            for (String name : source.unknownNames()) {
                String nearest = NearestName.of(name, known).orElseThrow();
                problem("0101", name + " is not a setting. Correct it (to " + nearest + "?) or remove it.");
            }
        }
    }

    /** The text without spaces around it; empty if neither set nor given a default. */
    String text(Setting setting) {
        return optionalText(setting).or(setting::defaultText).orElse("");
    }

    /** The text without spaces around it, if the setting is set. */
    Optional<String> optionalText(Setting setting) {
        return rawText(setting).map(String::strip);
    }

    private Optional<String> rawText(Setting setting) {
        return source(setting).map(source -> source.text(setting));
    }

    private Optional<SettingsSource> source(Setting setting) {
        return sources.stream().filter(source -> source.sets(setting)).findFirst();
    }

    int integer(Setting setting, int least, int most) {
        String range = "Set it to a value from " + least + " to " + most + ".";
        String text = text(setting);
        try {
            int value = Integer.parseInt(text);
            if (value >= least && value <= most) {
                return value;
            }
            problem("0103", setting, "is " + value + ". " + range);
        } catch (NumberFormatException notANumber) {
            problem("0102", setting, "is " + Echo.of(text) + ", which is no whole number. " + range);
        }
        return Integer.parseInt(setting.defaultText().orElseThrow());
    }

    Duration duration(Setting setting, Duration least, Duration most) {
        return duration(setting, least, most, false);
    }

    Duration durationOrOff(Setting setting, Duration least, Duration most) {
        return duration(setting, least, most, true);
    }

    private Duration duration(Setting setting, Duration least, Duration most, boolean offAllowed) {
        String text = text(setting);
        Optional<Duration> parsed = DurationText.parse(text);
        if (parsed.isEmpty()) {
            problem(
                    "0104",
                    setting,
                    "is " + Echo.of(text) + ", which is no duration. Write a number with its unit, such as 500ms, 30s,"
                            + " 4m, 1h, or ISO-8601 such as PT4M.");
            return defaultDuration(setting);
        }
        Duration duration = parsed.get();
        if (offAllowed && duration.isZero()) {
            return duration;
        }
        if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
            problem(
                    "0105",
                    setting,
                    "is " + text + ". Set it to " + (offAllowed ? "off, or to " : "") + "a duration from "
                            + DurationText.show(least) + " to " + DurationText.show(most) + ".");
            return defaultDuration(setting);
        }
        return wholeMillis(setting, duration);
    }

    private Duration wholeMillis(Setting setting, Duration duration) {
        if (duration.toNanosPart() % 1_000_000 != 0) {
            problem("0106", setting, "is " + duration + ". Set it to whole milliseconds.");
        }
        return duration;
    }

    /** For what pgjdbc takes in seconds. */
    Duration wholeSeconds(Setting setting, Duration duration) {
        if (duration.toNanosPart() != 0 && areGood(setting)) {
            problem("0106", setting, "is " + DurationText.show(duration) + ". Set it to whole seconds.");
        }
        return duration;
    }

    private static Duration defaultDuration(Setting setting) {
        return DurationText.parse(setting.defaultText().orElseThrow()).orElseThrow();
    }

    <C extends Choice> C choice(Setting setting, C[] choices) {
        String text = text(setting);
        return find(text, choices).orElseGet(() -> {
            problem(
                    "0107",
                    setting,
                    "is " + Echo.of(text) + ". Set it to one of "
                            + Arrays.stream(choices).map(Choice::text).collect(Collectors.joining(", ")) + ".");
            return find(setting.defaultText().orElseThrow(), choices).orElseThrow();
        });
    }

    private static <C extends Choice> Optional<C> find(String text, C[] choices) {
        return Arrays.stream(choices)
                .filter(choice -> choice.text().equals(text))
                .findFirst();
    }

    boolean truth(Setting setting) {
        String text = text(setting);
        if (!text.equals("true") && !text.equals("false")) {
            problem("0107", setting, "is " + Echo.of(text) + ". Set it to one of true, false.");
        }
        return text.equals("true");
    }

    /** A name of PostgreSQL: anything but control characters, at most 63 bytes of UTF-8. */
    String name(Setting setting) {
        String name = text(setting);
        nameProblem(name).ifPresent(what -> problem("0119", setting, what));
        return name;
    }

    /** Names with commas between; empty if not set. */
    Set<String> names(Setting setting) {
        String text = text(setting);
        Set<String> names = new LinkedHashSet<>();
        if (text.isEmpty()) {
            return names;
        }
        String[] parts = text.split(",", -1);
        if (parts.length > MOST_ENTRIES) {
            problem("0122", setting, "has " + parts.length + " entries. Give it at most " + MOST_ENTRIES + ".");
            return names;
        }
        for (String part : parts) {
            String name = part.strip();
            if (name.isEmpty()) {
                problem("0122", setting, "has an empty entry. Write name,name.");
            } else {
                nameProblem(name).ifPresent(what -> problem("0119", setting, what));
                names.add(name);
            }
        }
        return names;
    }

    private static Optional<String> nameProblem(String name) {
        if (name.chars().anyMatch(Character::isISOControl)) {
            return Optional.of("contains a control character. Remove it.");
        }
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        return bytes <= LONGEST_NAME_BYTES
                ? Optional.empty()
                : Optional.of("has a name of " + bytes + " bytes, longer than PostgreSQL's " + LONGEST_NAME_BYTES
                        + ". Shorten it.");
    }

    Optional<Secret> secret(Setting literal, Setting inFile) {
        Optional<String> password = rawText(literal);
        Optional<String> file = optionalText(inFile);
        if (password.isPresent() && file.isPresent()) {
            problem("0108", literal, "and " + nameOf(inFile) + " are both set. Set one of them.");
        }
        if (file.isPresent()) {
            Optional<Path> path = file(inFile);
            path.ifPresent(readable -> checkPassword(inFile, readable));
            return path.map(Secret::inFile);
        }
        return password.map(Secret::of);
    }

    private void checkPassword(Setting setting, Path file) {
        try {
            Secret.inFile(file).reveal();
        } catch (IOException unfit) {
            problem("0110", setting, "leads to no password: " + unfit.getMessage() + " Write the password into it.");
        }
    }

    Optional<Path> file(Setting setting) {
        Optional<Path> path = optionalText(setting).flatMap(SettingValues::path);
        if (path.filter(Files::isRegularFile).filter(Files::isReadable).isPresent()) {
            return path;
        }
        if (optionalText(setting).isPresent()) {
            String shown = path.filter(SettingValues::liesInKnownDirectory)
                    .map(file -> "\"" + file + "\"")
                    .orElse("a text (not shown, in case it is the secret itself)");
            problem("0109", setting, "is " + shown + ", which is no file that the server's user can read.");
        }
        return Optional.empty();
    }

    private static Optional<Path> path(String text) {
        try {
            return Optional.of(Path.of(text));
        } catch (InvalidPathException noPath) {
            return Optional.empty();
        }
    }

    /** An absolute path into a directory that exists, below the root, is a path and no password. */
    private static boolean liesInKnownDirectory(Path path) {
        Path directory = path.getParent();
        return path.isAbsolute() && directory != null && directory.getNameCount() > 0 && Files.isDirectory(directory);
    }
}
