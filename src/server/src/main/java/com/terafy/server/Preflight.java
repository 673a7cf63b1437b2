package com.terafy.server;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a build needs beyond a JDK and Maven, looked for before anything is compiled. The build of the top module runs
 * this file as it stands, {@code java Preflight.java name=value …}: so it uses nothing but the JDK.
 *
 * <p>Builds without tests need nothing, and those that name their tests are left alone. Not thread-safe.
 */
public final class Preflight {

    /** Phases that run the tests in a container, after all others. */
    private static final Set<String> ALL_TESTS =
            Set.of("integration-test", "post-integration-test", "verify", "install", "deploy");

    /** Phases that run the tests without a container only. */
    private static final Set<String> UNIT_TESTS = Set.of("test", "prepare-package", "package", "pre-integration-test");

    private static final String PGBOUNCER = "pgbouncer";
    private static final String CHROMIUM = "chromium";

    /** Where else a Chromium may be. */
    private static final List<String> BROWSERS = List.of(CHROMIUM, "chromium-browser", "google-chrome");

    private final Map<String, String> build;
    private final List<Path> directories;
    private final Set<String> goals;
    private final List<String> found = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();
    private final Set<String> packages = new TreeSet<>();

    /**
     * Looks at the machine.
     *
     * @param build what Maven knows of this build: {@code goals} and {@code projects} as lists in brackets, and
     *     properties; one that is not set stands as <code>${name}</code>
     * @param directories where programs are
     */
    Preflight(Map<String, String> build, List<Path> directories) {
        this.build = Map.copyOf(build);
        this.directories = List.copyOf(directories);
        this.goals =
                Set.of(value("goals").orElse("").replaceAll("[\\[\\] ]", "").split(","));
        if (isExampleRun()) {
            lookForPort("terafy.http.port", 8080);
            lookForPort("terafy.management.port", 9990);
        } else if (runsTests() && builds("terafy-ra")) {
            lookForPgBouncer();
        }
        if (runsTests() && runs(ALL_TESTS) && builds("terafy-it") && !isTrue("skipITs")) {
            lookForChromium();
        }
    }

    /**
     * Says what there is to say, and leaves the file {@code refusal} where the build must not begin: the build ends by
     * that, not by an exit code, for which Maven would print a stack trace.
     */
    public static void main(String[] arguments) throws IOException {
        Map<String, String> build = new HashMap<>();
        for (String argument : arguments) {
            int sign = argument.indexOf('=');
            build.put(argument.substring(0, sign), argument.substring(sign + 1));
        }
        String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin";
        Preflight preflight = new Preflight(
                build,
                Stream.of(path.split(File.pathSeparator))
                        .filter(directory -> !directory.isEmpty())
                        .map(Path::of)
                        .toList());
        Path refusal =
                Path.of(Objects.requireNonNull(build.get("refusal"), "refusal")).toAbsolutePath();
        Files.deleteIfExists(refusal);
        System.out.print(preflight.report());
        if (preflight.forbids()) {
            Files.createDirectories(Objects.requireNonNull(refusal.getParent()));
            Files.writeString(refusal, preflight.report());
        }
    }

    /** True if what is missing would fail the build later. */
    boolean forbids() {
        return !missing.isEmpty() && (isExampleRun() || runs(ALL_TESTS));
    }

    /** What a person should know before this build begins; empty if nothing. */
    String report() {
        if (isExampleRun()) {
            return missing.isEmpty() ? announcement() : lines("The example cannot run:", missing, "");
        }
        if (!missing.isEmpty()) {
            return lines("Missing for the tests of this build:", missing, advice());
        }
        return found.isEmpty() ? "" : "For the tests: " + String.join(", ", found) + "\n";
    }

    private static String announcement() {
        return """

                Terafy, the example run:
                  1. Fetches from Maven Central what this machine lacks: some hundred megabytes the first time
                  2. Builds terafy.ear and an example application, without tests
                  3. Starts a PostgreSQL and a WildFly of its own, deploys both, and says what to try

                """;
    }

    private String advice() {
        String install = packages.isEmpty() ? "" : "  On Debian: apt-get install " + String.join(" ", packages) + "\n";
        return install + """
                  Without it: mvn -DskipTests verify builds the EAR; -Dpreflight.skip runs the tests all the same, and those
                  that need it fail.
                """;
    }

    private static String lines(String title, List<String> items, String end) {
        StringBuilder text = new StringBuilder("\n").append(title).append('\n');
        items.forEach(item -> text.append("  ").append(item).append('\n'));
        return text.append(end).toString();
    }

    private boolean isExampleRun() {
        return isTrue("example.run");
    }

    private boolean runsTests() {
        boolean some = runs(ALL_TESTS) || runs(UNIT_TESTS);
        boolean skipped = isTrue("skipTests") || isTrue("maven.test.skip");
        boolean named = value("test").isPresent() || value("it.test").isPresent();
        return some && !skipped && !named;
    }

    private boolean runs(Set<String> phases) {
        return goals.stream().anyMatch(phases::contains);
    }

    private boolean builds(String module) {
        return value("projects").orElse("").contains(":" + module + ":");
    }

    private boolean isTrue(String property) {
        return value(property).filter("true"::equals).isPresent();
    }

    private Optional<String> value(String name) {
        return Optional.ofNullable(build.get(name)).filter(value -> !value.isEmpty() && !value.startsWith("${"));
    }

    private void lookForPgBouncer() {
        value("it.pgbouncer")
                .map(Path::of)
                .or(() -> program(PGBOUNCER))
                .filter(Files::isExecutable)
                .ifPresentOrElse(
                        program -> found.add(program.toString()),
                        () -> miss(
                                "PgBouncer, for the tests behind a pooler: not where -Dit.pgbouncer=/path/to/it says,"
                                        + " nor on the PATH or in /usr/sbin",
                                PGBOUNCER));
    }

    private void lookForChromium() {
        String wanted = value("it.chromium").orElse("/usr/bin/" + CHROMIUM);
        if (Files.isExecutable(Path.of(wanted))) {
            found.add(wanted);
            return;
        }
        String other = BROWSERS.stream()
                .flatMap(name -> program(name).stream())
                .findFirst()
                .map(browser -> "there is " + browser + ", take it by -Dit.chromium=" + browser)
                .orElse("another is named by -Dit.chromium=/path/to/it");
        miss("Chromium, for the tests of the dashboard: not at " + wanted + "; " + other, CHROMIUM);
    }

    private void lookForPort(String property, int usual) {
        int port = value(property).map(Integer::valueOf).orElse(usual);
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException taken) {
            missing.add("Port " + port + " is taken. Choose another: -D" + property + "=" + (port + 1));
        }
    }

    private void miss(String what, String debianPackage) {
        missing.add(what);
        packages.add(debianPackage);
    }

    private Optional<Path> program(String name) {
        return directories.stream()
                .map(directory -> directory.resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
