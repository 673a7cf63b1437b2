package com.terafy.server;

import com.terafy.testkit.TestPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;

/**
 * The example run: PostgreSQL, WildFly, terafy.ear and the example application, until somebody presses Ctrl-C.
 *
 * <p>With {@code DB_HOST} in the environment no PostgreSQL is started and all {@code DB_*} go to the server as they are.
 */
public final class Run {

    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);
    private static final int HTTP_PORT = Integer.getInteger("terafy.http.port", 8080);
    private static final int MANAGEMENT_PORT = Integer.getInteger("terafy.management.port", 9990);

    private static final String OPERATOR = "operator";

    /** Good for this run only. */
    private final String operatorPassword = UUID.randomUUID().toString().substring(0, 8);

    private final Path home;
    private final Path base;
    private final Path ear;
    private final Path example;

    private Run(Path home, Path base, Path ear, Path example) {
        this.home = home;
        this.base = base;
        this.ear = ear;
        this.example = example;
    }

    /**
     * Runs until the server ends.
     *
     * @param arguments the installation of WildFly, a directory for this run, the EAR, the example's WAR
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Run run = new Run(Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2]), Path.of(arguments[3]));
        try {
            run.untilTheServerEnds();
        } catch (IllegalStateException failure) {
            System.err.println(failure.getMessage());
            System.exit(1);
        }
    }

    private void untilTheServerEnds() throws IOException, InterruptedException {
        requireFree(HTTP_PORT, "terafy.http.port");
        requireFree(MANAGEMENT_PORT, "terafy.management.port");
        WildflyServer server = startServer();
        System.out.println("Starting WildFly, its log is " + server.logFile());
        server.awaitStarted(START_LIMIT, new StartProgress(System.out));
        requireDeployed(server);
        System.out.printf("WildFly answers at %s%n%n", server.url());
        tell(server);
        server.onExit().join();
        throw new IllegalStateException("WildFly has ended. See " + server.logFile());
    }

    private static void requireFree(int port, String property) {
        if (!WildflyServer.isFree(port)) {
            throw new IllegalStateException(
                    "Port " + port + " is taken. Choose another: -D" + property + "=" + (port + 1));
        }
    }

    private WildflyServer startServer() {
        WildflyServerBuilder server = WildflyServer.of(home)
                .httpPort(HTTP_PORT)
                .managementPort(MANAGEMENT_PORT)
                .property("jboss.node.name", "example")
                .property("jboss.tx.node.id", "example")
                .user(OPERATOR, operatorPassword, "terafy-monitor", "terafy-operator", "terafy-metrics")
                .deploy(ear)
                .deploy(example);
        if (System.getenv("DB_HOST") == null) {
            usePostgresOfOurOwn(server);
        }
        return server.start(base);
    }

    /** The passwords are good for this run only. Our JVM's exit ends the database, see {@link TestPostgres}. */
    private static void usePostgresOfOurOwn(WildflyServerBuilder server) {
        System.out.println("Starting PostgreSQL");
        TestPostgres postgres = TestPostgres.start("max_connections", "200");
        server.with("DB_HOST", postgres.host())
                .with("DB_PORT", Integer.toString(postgres.port()))
                .with("DB_NAME", TestPostgres.DATABASE)
                .with("DB_USER", "terafy_app")
                .with("DB_PASSWORD", UUID.randomUUID().toString())
                .without("DB_PASSWORD_FILE")
                .with("DB_ADMIN_USER", TestPostgres.SUPERUSER)
                .with("DB_ADMIN_PASSWORD", postgres.password())
                .without("DB_ADMIN_PASSWORD_FILE");
        System.out.printf(
                "PostgreSQL %s answers at %s:%d%n",
                postgres.setting("server_version"), postgres.host(), postgres.port());
    }

    private static void requireDeployed(WildflyServer server) {
        server.failedDeployments().forEach((name, reason) -> {
            throw new IllegalStateException(
                    name + " could not be deployed: " + reason.strip() + "\nSee " + server.logFile());
        });
    }

    private void tell(WildflyServer server) throws IOException, InterruptedException {
        String practice = server.url() + "/practice/api";
        String api = server.url() + "/terafy/api/v1";
        String login = OPERATOR + ":" + operatorPassword;
        System.out.println("Try it:");
        show("The dashboard, in a browser", server.url() + "/terafy/");
        answer("login " + OPERATOR + ", password " + operatorPassword);
        show("The connection of an application", "curl " + practice + "/database");
        answer(get(practice + "/database"));
        show("What the application keeps", "curl " + practice + "/patients");
        answer(get(practice + "/patients"));
        show(
                "A transaction that writes two tables",
                "curl -d name='Ana Lima' -d startsAt=2026-03-02T09:30 " + practice + "/appointments");
        show("PostgreSQL's connections, counted", "curl -u " + login + " " + api + "/summary");
        answer(Excerpt.of(get(api + "/summary", login), "\"server\""));
        show("Who holds which connection", "curl -u " + login + " " + api + "/pools/TerafyDS/connections");
        System.out.println("Ctrl-C ends it all.");
    }

    private static void show(String what, String command) {
        System.out.println("  " + what + "\n    " + command);
    }

    private static void answer(String text) {
        text.strip().lines().forEach(line -> System.out.println("      " + line));
    }

    private static String get(String url) throws IOException, InterruptedException {
        return ask(HttpRequest.newBuilder(URI.create(url)));
    }

    private static String get(String url, String login) throws IOException, InterruptedException {
        String basic = Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
        return ask(HttpRequest.newBuilder(URI.create(url)).header("Authorization", "Basic " + basic));
    }

    private static String ask(HttpRequest.Builder builder) throws IOException, InterruptedException {
        HttpRequest request = builder.timeout(ANSWER_LIMIT).build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(request.uri() + " answers " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body();
    }
}
