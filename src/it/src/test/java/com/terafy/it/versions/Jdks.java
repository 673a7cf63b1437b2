package com.terafy.it.versions;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The JDKs of the machine, by the file {@code release} that each has. */
final class Jdks {

    private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"((\\d+)[^\"]*)\"");

    private final Map<Integer, Jdk> known = new TreeMap<>();

    /** One of them. */
    record Jdk(Path home, String version) {}

    /** @param directories which hold installations, for example {@code /usr/lib/jvm} */
    Jdks(List<Path> directories) {
        for (Path directory : directories) {
            if (Files.isDirectory(directory)) {
                children(directory).forEach(this::add);
            }
        }
    }

    private static List<Path> children(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void add(Path home) {
        Path release = home.resolve("release");
        if (!Files.isRegularFile(release) || !Files.isExecutable(home.resolve("bin/java"))) {
            return;
        }
        try {
            Matcher version = VERSION.matcher(Files.readString(release));
            if (version.find()) {
                known.putIfAbsent(Integer.valueOf(version.group(2)), new Jdk(home, version.group(1)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param feature for example 17 */
    Optional<Jdk> get(int feature) {
        return Optional.ofNullable(known.get(feature));
    }
}
