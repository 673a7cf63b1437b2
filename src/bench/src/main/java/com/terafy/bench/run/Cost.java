package com.terafy.bench.run;

import com.terafy.bench.Interval;
import com.terafy.server.WildflyServer;
import com.terafy.server.WildflyServerBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** What the EAR costs a server that does nothing: size, start-up, threads, memory, round trips. */
public final class Cost {

    private static final int STARTS = 3;
    private static final Pattern STARTED = Pattern.compile("WFLYSRV002[56]: .*? in (\\d+)ms");

    /** One part in a hundred of the EAR is worth a line. */
    private static final int SHOWN_SHARE = 100;

    private enum Server {
        WITHOUT("without the EAR"),
        WITH("with the EAR"),
        WITHOUT_CLEANUP("… backend cleanup off"),
        /** Three and fifteen more, of a second adapter. */
        POOLS_4("… 4 pools", 3, 0),
        POOLS_16("… 16 pools", 15, 0),
        /** All of one pool. */
        USED_BY_100("… used by 100 WARs", 0, 100);

        private final String title;
        private final int morePools;
        private final SmallApplications users;

        Server(String title) {
            this(title, 0, 0);
        }

        Server(String title, int morePools, int users) {
            this.title = title;
            this.morePools = morePools;
            this.users = new SmallApplications(users);
        }
    }

    private final Path home;
    private final Path base;
    private final Path ear;
    private final Map<Server, List<Double>> startMillis = new EnumMap<>(Server.class);
    private final Map<Server, Idle> idle = new EnumMap<>(Server.class);

    private Cost(Path home, Path base, Path ear) {
        this.home = home;
        this.base = base;
        this.ear = ear;
    }

    /** Prints it all. Arguments: the installation of WildFly, a directory for the server, the EAR. */
    public static void main(String[] arguments) throws IOException, InterruptedException, SQLException {
        Cost cost = new Cost(Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2]));
        cost.measure();
        System.out.println(cost.text());
    }

    /** All start equally often, by turns; the last start of each goes on until it was idle for a while. */
    private void measure() throws IOException, InterruptedException, SQLException {
        try (Surroundings surroundings = new Surroundings()) {
            for (int i = 1; i <= STARTS; i++) {
                for (Server server : Server.values()) {
                    start(server, surroundings, i == STARTS);
                }
            }
        }
    }

    private void start(Server which, Surroundings surroundings, boolean stay)
            throws IOException, InterruptedException, SQLException {
        WildflyServerBuilder builder = surroundings.server(home);
        if (which != Server.WITHOUT) {
            builder.deploy(ear).with("DB_CLEANUP_ENABLED", Boolean.toString(which != Server.WITHOUT_CLEANUP));
        }
        if (which.morePools > 0) {
            builder.deploy(morePools(which.morePools));
        }
        which.users.make(base.resolveSibling("small-applications")).forEach(builder::deploy);
        try (WildflyServer server = builder.start(base)) {
            Surroundings.awaitDeployed(server);
            which.users.useEach(server);
            Matcher started = STARTED.matcher(server.log());
            if (!started.find()) {
                throw new IllegalStateException("The log does not say how long it took: " + server.logFile());
            }
            startMillis.computeIfAbsent(which, any -> new ArrayList<>()).add(Double.valueOf(started.group(1)));
            if (stay) {
                idle.put(which, Idle.of(surroundings.postgres()));
            }
        }
    }

    private Path morePools(int count) throws IOException {
        Path archive =
                Files.createDirectories(base.resolveSibling("more-pools")).resolve("more-pools.rar");
        AdapterArchive.make(
                ear,
                archive,
                IntStream.rangeClosed(1, count).mapToObj(i -> "More" + i).toList());
        return archive;
    }

    private String text() throws IOException {
        ArchiveParts parts = ArchiveParts.of(ear);
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%nSize in bytes, parts of at least one per cent%n%s%n  %-22s %9s %9s %10s %8s %9s %12s %7s  %s%n",
                parts.text(parts.bytes() / SHOWN_SHARE),
                "",
                "start ms",
                "heap MB",
                "classes MB",
                "threads",
                "backends",
                "round trips",
                "logins",
                "starts ms"));
        for (Server server : Server.values()) {
            text.append(row(server));
        }
        text.append("\nBackends\n");
        for (Server server : Server.values()) {
            text.append(String.format(
                    Locale.ROOT,
                    "  %-22s %s%n",
                    server.title,
                    counted(seen(server).backends())));
        }
        return text.append("\nThreads that the EAR adds\n")
                .append(addedThreads())
                .toString();
    }

    private String row(Server server) {
        Idle seen = seen(server);
        List<Double> starts = startMillis.getOrDefault(server, List.of());
        return String.format(
                Locale.ROOT,
                "  %-22s %9.0f %9.1f %10.1f %8d %9d %12d %7d  %s%n",
                server.title,
                Interval.of(starts.stream().mapToDouble(Double::doubleValue).toArray())
                        .median(),
                seen.heapBytes() / 1e6,
                seen.metaspaceBytes() / 1e6,
                seen.threads().size(),
                seen.backends().size(),
                seen.transactions(),
                seen.logins(),
                starts);
    }

    private Idle seen(Server server) {
        Idle seen = idle.get(server);
        if (seen == null) {
            throw new IllegalStateException("Not measured: " + server.title);
        }
        return seen;
    }

    private static Map<String, Integer> counted(List<String> names) {
        Map<String, Integer> counts = new TreeMap<>();
        names.forEach(name -> counts.merge(name.replaceAll("[0-9a-f]{8}", "…"), 1, Integer::sum));
        return counts;
    }

    private String addedThreads() {
        Map<String, Integer> added = new TreeMap<>();
        seen(Server.WITH).threads().forEach(name -> added.merge(name, 1, Integer::sum));
        seen(Server.WITHOUT).threads().forEach(name -> added.merge(name, -1, Integer::sum));
        StringBuilder text = new StringBuilder();
        added.forEach((name, count) -> {
            if (count != 0) {
                text.append(String.format(Locale.ROOT, "  %+d %s%n", count, name));
            }
        });
        return text.toString();
    }
}
