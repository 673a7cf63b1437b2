package com.terafy.bench.run;

import com.terafy.bench.Round;
import com.terafy.bench.Source;
import com.terafy.bench.Table;
import com.terafy.server.WildflyServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
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

    /** Prints the table of the full run. The arguments are those of the constructor. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Bench bench =
                new Bench(Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2]), Path.of(arguments[3]));
        System.out.println(bench.run(Plan.asTold()).text());
    }

    /**
     * Measures.
     *
     * @throws IllegalStateException if something could not be deployed or measured
     */
    public Table run(Plan plan) throws IOException, InterruptedException {
        try (Surroundings surroundings = new Surroundings();
                WildflyServer server = server(surroundings)) {
            Surroundings.awaitDeployed(server);
            if (plan.sources().contains(Source.LEAKS)) {
                SecondAdapter.deploy(ear, server, base);
            }
            System.out.printf(
                    "PostgreSQL %s, Java %s, %d processors, %d rounds of %d ms%n",
                    surroundings.postgres().setting("server_version"),
                    Runtime.version(),
                    Runtime.getRuntime().availableProcessors(),
                    plan.rounds(),
                    plan.sliceMillis());
            return new Table(rounds(server, plan));
        }
    }

    /** The backend cleanup is off: it would end the peers' idle connections, which carry no lease. */
    private WildflyServer server(Surroundings surroundings) {
        return surroundings
                .server(home)
                .with("DB_POOL_MAX", "10")
                .with("DB_CLEANUP_ENABLED", "false")
                .deploy(ear)
                .deploy(war)
                .start(base);
    }

    private static List<Round> rounds(WildflyServer server, Plan plan) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + "/bench/rounds?" + plan.query()))
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
