package com.terafy.bench.run;

import com.terafy.bench.Round;
import com.terafy.bench.Source;
import com.terafy.bench.Table;
import com.terafy.bench.Workload;
import com.terafy.server.WildflyServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** One PostgreSQL, one WildFly with terafy.ear and its peers, all measured in turn. */
public final class Bench {

    static final Duration START_LIMIT = Duration.ofMinutes(3);

    private final Path home;
    private final Path base;
    private final Path ear;
    private final Path war;

    /**
     * @param home the installation of WildFly, with the peers in it
     * @param base a directory for the server of this run
     */
    public Bench(Path home, Path base, Path ear, Path war) {
        this.home = home;
        this.base = base;
        this.ear = ear;
        this.war = war;
    }

    /** Prints the table of each run, and where they disagree. The arguments are those of the constructor. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Bench bench =
                new Bench(Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2]), Path.of(arguments[3]));
        Plan plan = Plan.asTold();
        Table first = bench.run(plan);
        System.out.println(first.text());
        for (int number = 2; number <= plan.runs(); number++) {
            Table next = bench.run(plan);
            System.out.println(next.text());
            String disagreement = first.disagreement(next);
            System.out.println(
                    disagreement.isEmpty()
                            ? "Run " + number + " agrees with the first in every verdict"
                            : "Run " + number + " says something else than the first of\n" + disagreement);
        }
    }

    /**
     * Measures once.
     *
     * @throws IllegalStateException if something could not be deployed or measured
     */
    public Table run(Plan plan) throws IOException, InterruptedException {
        try (Surroundings surroundings = new Surroundings();
                WildflyServer server = server(surroundings)) {
            Surroundings.awaitDeployed(server);
            System.out.printf(
                    "PostgreSQL %s, Java %s, %d processors, %d rounds; slices of %d ms, with more threads %d ms%n",
                    surroundings.postgres().setting("server_version"),
                    Runtime.version(),
                    Runtime.getRuntime().availableProcessors(),
                    plan.rounds(),
                    plan.oneMillis(),
                    plan.manyMillis());
            return new Table(rounds(server, plan));
        }
    }

    /** The backend cleanup is off: it would end the peers' idle connections, which carry no lease. */
    private WildflyServer server(Surroundings surroundings) throws IOException {
        return surroundings
                .server(home)
                .with("DB_POOL_MAX", "10")
                .with("DB_CLEANUP_ENABLED", "false")
                .with(Source.LEAKS + "_DB_POOL_LEAK_THRESHOLD", "1m")
                .with(Source.UNRESET + "_DB_SESSION_RESET", "off")
                .deploy(ear)
                .deploy(secondAdapter())
                .deploy(emptyAdapter())
                .deploy(war)
                .start(base);
    }

    /** With classes of its own, so that the compiler treats its pools and the EAR's apart. */
    private Path secondAdapter() throws IOException {
        Path archive = Files.createTempDirectory("terafy-bench-").resolve("second.rar");
        AdapterArchive.make(ear, archive, List.of(Source.LEAKS.name(), Source.UNRESET.name()));
        return archive;
    }

    private Path emptyAdapter() throws IOException {
        Path archive = Files.createTempDirectory("terafy-bench-").resolve("empty.rar");
        AdapterArchive.makeEmpty(ear, archive);
        return archive;
    }

    private static List<Round> rounds(WildflyServer server, Plan plan) throws IOException, InterruptedException {
        slices(server, plan.query(0, 0, plan.warmUpMillis(), plan.workloads()));
        List<Round> rounds = new ArrayList<>();
        Affinity affinity = new Affinity();
        affinity.one();
        rounds.addAll(slices(server, plan, plan.oneMillis(), plan.ofOneThread()));
        affinity.all();
        rounds.addAll(slices(server, plan, plan.manyMillis(), plan.ofManyThreads()));
        return rounds;
    }

    private static List<Round> slices(WildflyServer server, Plan plan, long millis, List<Workload> workloads)
            throws IOException, InterruptedException {
        return workloads.isEmpty() ? List.of() : slices(server, plan.query(1, plan.rounds(), millis, workloads));
    }

    private static List<Round> slices(WildflyServer server, String query) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + "/bench/rounds?" + query))
                // WildFly ends an HTTP/2 connection that makes no new request for a minute
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        List<Round> rounds = new ArrayList<>();
        List<String> others = new ArrayList<>();
        try (Stream<String> lines =
                HttpClient.newHttpClient().send(request, BodyHandlers.ofLines()).body()) {
            lines.forEach(line -> {
                Round round = Round.parse(line);
                if (round == null) {
                    others.add(line);
                } else {
                    rounds.add(round);
                }
            });
        }
        if (!others.contains("done")) {
            throw new IllegalStateException("The benchmark broke off: " + others + "\nSee " + server.logFile());
        }
        return rounds;
    }
}
