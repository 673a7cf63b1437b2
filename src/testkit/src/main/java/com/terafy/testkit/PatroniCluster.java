package com.terafy.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/**
 * Real PostgreSQL servers under Patroni, with an etcd and an HAProxy: Debian's, see {@code .ci/cluster}. Replication is
 * synchronous ({@code synchronous_mode}), or a crash of the primary would lose acknowledged commits whatever an application
 * does. All servers have the same port, each at an address of its own of the loopback network.
 *
 * <p>All ends with this JVM, however that ends.
 *
 * <p>Not thread-safe.
 *
 * @see <a href="https://patroni.readthedocs.io/en/latest/">Patroni</a>
 */
public final class PatroniCluster implements AutoCloseable {

    /** A leader that says nothing for so long is replaced. Patroni allows no less from 4.0 on. */
    public static final Duration TTL = Duration.ofSeconds(20);

    /** The programs come up in half a minute, on a machine that is busy with other things in several. */
    private static final Duration START = Duration.ofMinutes(5);

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration ANSWER = Duration.ofSeconds(3);
    private static final int FIRST_ADDRESS = 11;

    private final ClusterPrograms programs = ClusterPrograms.find();
    private final ServerUser user;
    private final Path home;
    private final Watchdog watchdog;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(ANSWER).build();
    private final String password = UUID.randomUUID().toString();
    private final int port = LocalPorts.free();
    private final int restPort = LocalPorts.free();
    private final int etcdPort = LocalPorts.free();
    private final int proxyPort = LocalPorts.free();
    private final List<ClusterNode> nodes = new ArrayList<>();

    private PatroniCluster(int size) {
        String lacking = programs.lacking();
        if (!lacking.isEmpty()) {
            throw new IllegalStateException(lacking);
        }
        Binaries binaries = Binaries.unpacked();
        user = ServerUser.find(binaries);
        try {
            home = Files.createTempDirectory("terafy-cluster-");
            Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.createDirectory(home.resolve("pids"));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make a directory for the cluster", e);
        }
        watchdog = Watchdog.overCluster(home);
        for (int i = 0; i < size; i++) {
            String name = "node" + (i + 1);
            nodes.add(new ClusterNode(name, "127.0.0." + (FIRST_ADDRESS + i), directory(name), this::startPatroni));
        }
    }

    /** What this machine lacks for a cluster, and what to do; empty if nothing. */
    public static String lacking() {
        return ClusterPrograms.find().lacking();
    }

    /**
     * Starts one, and returns when it has a leader and all others follow it.
     *
     * @throws IllegalStateException with {@link #lacking()}, or if it does not start
     */
    public static PatroniCluster start(int size) {
        PatroniCluster cluster = new PatroniCluster(size);
        try {
            cluster.startEtcd();
            // The first alone: it makes the database that the others copy.
            cluster.nodes.get(0).start();
            cluster.await("a leader", START, () -> cluster.leader().isPresent());
            cluster.nodes.stream().skip(1).forEach(ClusterNode::start);
            cluster.await("all nodes", START, cluster::isWhole);
            cluster.execute("CREATE DATABASE " + TestPostgres.DATABASE, "postgres");
            cluster.startProxy();
            return cluster;
        } catch (RuntimeException failed) {
            String logs = cluster.logs();
            cluster.close();
            throw new IllegalStateException("The cluster does not start:\n" + logs, failed);
        }
    }

    // ---- where it is

    /** All servers, {@code address:port} with commas between, as DB_HOST and the driver's URL take them. */
    public String hosts() {
        return nodes.stream().map(node -> node.address() + ":" + port).collect(Collectors.joining(","));
    }

    /** The addresses of all servers; the port of each is {@link #port()}. */
    public List<String> addresses() {
        return nodes.stream().map(ClusterNode::address).toList();
    }

    public int port() {
        return port;
    }

    /** The port of HAProxy at 127.0.0.1; behind it is the primary. */
    public int proxyPort() {
        return proxyPort;
    }

    /** The names of the nodes. */
    public List<String> names() {
        return nodes.stream().map(ClusterNode::name).toList();
    }

    // ---- its programs

    private Path directory(String name) {
        try {
            Path directory = Files.createDirectory(home.resolve(name));
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
            user.giveTo(directory);
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make a directory for " + name, e);
        }
    }

    private Path write(Path directory, String name, String content) {
        try {
            Path file = Files.writeString(directory.resolve(name), content);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            user.giveTo(file);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + name, e);
        }
    }

    private Process run(String name, Path directory, List<String> command) {
        ProcessBuilder builder = Commands.prepare(user.command(command))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        home.resolve(name + ".log").toFile()));
        builder.environment().putAll(programs.environment());
        try {
            Process process = builder.start();
            Files.createFile(home.resolve("pids").resolve(Long.toString(process.pid())));
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start " + command.get(0), e);
        }
    }

    private void startEtcd() {
        Path directory = directory("etcd");
        String url = "http://127.0.0.1:" + etcdPort;
        String peers = "http://127.0.0.1:" + LocalPorts.free();
        run(
                "etcd",
                directory,
                List.of(
                        programs.path("etcd"),
                        "--data-dir=" + directory.resolve("data"),
                        "--log-level=warn",
                        "--listen-client-urls=" + url,
                        "--advertise-client-urls=" + url,
                        "--listen-peer-urls=" + peers,
                        "--initial-advertise-peer-urls=" + peers,
                        "--initial-cluster=default=" + peers,
                        // It is alone, and the machine may be busy.
                        "--heartbeat-interval=500",
                        "--election-timeout=5000"));
        await("etcd answers", START, () -> ask("127.0.0.1", etcdPort, "/health").contains("true"));
    }

    private Process startPatroni(ClusterNode node) {
        Path settings = write(node.home(), "patroni.yml", """
                scope: terafy
                name: %1$s
                restapi: {listen: '%2$s:%3$d', connect_address: '%2$s:%3$d'}
                etcd3: {host: '127.0.0.1:%4$d'}
                bootstrap:
                  dcs:
                    ttl: %9$d
                    loop_wait: 5
                    retry_timeout: 5
                    maximum_lag_on_failover: 104857600
                    synchronous_mode: true
                    postgresql:
                      use_pg_rewind: true
                      parameters:
                        max_connections: 400
                        max_wal_senders: 10
                        wal_keep_size: 512MB
                        shared_buffers: 48MB
                        # The machine does not lose power: what is killed is processes.
                        fsync: 'off'
                  initdb: [encoding: UTF8, locale: C, data-checksums]
                postgresql:
                  listen: '%2$s:%5$d'
                  connect_address: '%2$s:%5$d'
                  bin_dir: '%6$s'
                  data_dir: '%7$s'
                  pgpass: '%10$s/pgpass'
                  parameters: {unix_socket_directories: '%10$s'}
                  pg_hba: [host all all 127.0.0.0/8 scram-sha-256, host replication all 127.0.0.0/8 scram-sha-256]
                  authentication:
                    superuser: {username: postgres, password: '%8$s'}
                    replication: {username: replicator, password: '%8$s'}
                """.formatted(
                        node.name(),
                        node.address(),
                        restPort,
                        etcdPort,
                        port,
                        programs.postgres(),
                        node.data(),
                        password,
                        TTL.toSeconds(),
                        node.home()));
        return run(node.name(), node.home(), List.of(programs.path("patroni"), settings.toString()));
    }

    /** The configuration of Patroni's own manual; it asks more often, and believes the first good answer. */
    private void startProxy() {
        StringBuilder text = new StringBuilder("""
                defaults
                    mode tcp
                    retries 2
                    timeout connect 2s
                    timeout client 30m
                    timeout server 30m
                    timeout check 2s
                listen primary
                    bind 127.0.0.1:%d
                    maxconn 1000
                    option httpchk OPTIONS /primary
                    http-check expect status 200
                    default-server inter 1s fall 3 rise 1 on-marked-down shutdown-sessions
                """.formatted(proxyPort));
        for (ClusterNode node : nodes) {
            text.append("    server %s %s:%d maxconn 300 check port %d%n"
                    .formatted(node.name(), node.address(), port, restPort));
        }
        Path directory = directory("haproxy");
        Path settings = write(directory, "haproxy.cfg", text.toString());
        run("haproxy", directory, List.of(programs.path("haproxy"), "-db", "-f", settings.toString()));
        await("HAProxy has a primary", START, () -> answers(proxyPort));
    }

    private boolean answers(int at) {
        try (Connection connection = connect("127.0.0.1", at, "postgres")) {
            return connection.isValid(2);
        } catch (SQLException notYet) {
            return false;
        }
    }

    // ---- what it says

    /** A node as Patroni sees it. */
    private record Member(String name, String role, String state) {

        boolean leads() {
            return role.equals("leader");
        }

        /** Patroni 4 says streaming. */
        boolean follows() {
            return !leads() && (state.equals("running") || state.equals("streaming"));
        }
    }

    private static final Pattern MEMBER = Pattern.compile("\\{[^{}]*\"name\": ?\"(node\\d+)\"[^{}]*\\}");

    /** By the first node that answers. */
    private List<Member> members() {
        for (ClusterNode node : nodes) {
            String answer = ask(node.address(), restPort, "/cluster");
            if (!answer.isEmpty()) {
                List<Member> members = new ArrayList<>();
                Matcher found = MEMBER.matcher(answer);
                while (found.find()) {
                    members.add(
                            new Member(found.group(1), field(found.group(), "role"), field(found.group(), "state")));
                }
                return members;
            }
        }
        return List.of();
    }

    private static String field(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\": ?\"([^\"]*)\"").matcher(json);
        return found.find() ? found.group(1) : "";
    }

    private String ask(String address, int at, String path) {
        return send(HttpRequest.newBuilder(URI.create("http://" + address + ":" + at + path))
                .timeout(ANSWER));
    }

    /** Empty if there is none. */
    private String send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
            return answer.statusCode() == 200 ? answer.body() : "";
        } catch (IOException silent) {
            return "";
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", stop);
        }
    }

    /** The name of the node that leads and runs, if there is one. */
    public Optional<String> leader() {
        return members().stream()
                .filter(member -> member.leads() && member.state().equals("running"))
                .map(Member::name)
                .findFirst();
    }

    /** The leader's address by its answer to an SQL, if a session there may write. */
    public Optional<String> writable() {
        return nodes.stream().filter(this::mayWrite).map(ClusterNode::name).findFirst();
    }

    private boolean mayWrite(ClusterNode node) {
        try (Connection connection = connect(node.address(), port, "postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT NOT pg_is_in_recovery()")) {
            return row.next() && row.getBoolean(1);
        } catch (SQLException no) {
            return false;
        }
    }

    /** One leads, and all others follow, one of them synchronously. */
    private boolean isWhole() {
        List<Member> members = members();
        return members.stream().filter(Member::leads).count() == 1
                && members.stream().filter(Member::follows).count() == nodes.size() - 1
                && stream(nodes.size() - 1);
    }

    /** As Patroni says, and as the leader does. */
    private boolean stream(int atLeast) {
        String streaming = "SELECT count(*) >= " + atLeast
                + " AND bool_or(sync_state = 'sync') FROM pg_stat_replication WHERE state = 'streaming'";
        return members().stream().anyMatch(member -> member.role().equals("sync_standby"))
                && writable().isPresent()
                && "t".equals(query(streaming, "postgres"));
    }

    /** Returns when one leads, all others follow and one of them synchronously. */
    public void awaitWhole() {
        await("all nodes follow a leader", PATIENCE, this::isWhole);
    }

    /**
     * Returns when one leads and another follows synchronously, whatever became of the rest. Without one Patroni lets the
     * leader confirm alone, and what it confirms is lost with it.
     */
    public void awaitSynchronous() {
        await("a node follows the leader synchronously", PATIENCE, () -> stream(1));
    }

    private void await(String what, Duration limit, java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(limit)
                .pollDelay(Duration.ZERO)
                .pollInterval(POLL)
                .until(condition);
    }

    // ---- SQL, on the leader

    private Connection connect(String address, int at, String database) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", TestPostgres.SUPERUSER);
        properties.setProperty("password", password);
        properties.setProperty("connectTimeout", "1");
        properties.setProperty("socketTimeout", "10");
        properties.setProperty("sslmode", "disable");
        properties.setProperty("ApplicationName", TestPostgres.MONITOR_NAME);
        return DriverManager.getConnection("jdbc:postgresql://" + address + ":" + at + "/" + database, properties);
    }

    /** The first value of the first row, in the tests' database. */
    public List<String> query(String sql) {
        try (Connection connection = onLeader(TestPostgres.DATABASE);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(String.valueOf(rows.getString(1)));
            }
            return values;
        } catch (SQLException e) {
            throw new IllegalStateException("Failed: " + sql, e);
        }
    }

    private String query(String sql, String database) {
        try (Connection connection = onLeader(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return String.valueOf(rows.getString(1));
        } catch (SQLException e) {
            return e.toString();
        }
    }

    /** In the tests' database, as the superuser. */
    public void execute(String sql) {
        execute(sql, TestPostgres.DATABASE);
    }

    private void execute(String sql, String database) {
        try (Connection connection = onLeader(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException("Failed: " + sql, e);
        }
    }

    private Connection onLeader(String database) throws SQLException {
        String name = writable().orElseThrow(() -> new SQLException("No server may be written to"));
        return connect(node(name).address(), port, database);
    }

    // ---- what may happen to it

    private ClusterNode node(String name) {
        return nodes.stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no node " + name));
    }

    /** What {@code patronictl switchover} does: the synchronous standby takes over; returns when Patroni says it has. */
    public void switchOver() {
        List<Member> members = members();
        String leader =
                members.stream().filter(Member::leads).findFirst().orElseThrow().name();
        String candidate = members.stream()
                .filter(member -> member.role().equals("sync_standby"))
                .findFirst()
                .orElseThrow()
                .name();
        String answer = send(
                HttpRequest.newBuilder(URI.create("http://" + node(leader).address() + ":" + restPort + "/switchover"))
                        .timeout(PATIENCE)
                        .POST(BodyPublishers.ofString(
                                "{\"leader\": \"" + leader + "\", \"candidate\": \"" + candidate + "\"}")));
        if (answer.isEmpty()) {
            throw new IllegalStateException("Patroni refuses to switch from " + leader + " to " + candidate);
        }
    }

    /** {@code kill -9} of Patroni and of the server with all its backends. */
    public void crash(String name) {
        node(name).kill();
    }

    /** Patroni is started; it starts the server, or has it copied anew. */
    public void start(String name) {
        node(name).start();
    }

    /** SIGSTOP to Patroni and to the server with all its backends. */
    public void freeze(String name) {
        node(name).freeze();
    }

    /** Undoes {@link #freeze}. */
    public void thaw(String name) {
        node(name).thaw();
    }

    /** The ends of all programs' logs. */
    public String logs() {
        Map<String, String> logs = new HashMap<>();
        for (String name : List.of("etcd", "haproxy", "node1", "node2", "node3")) {
            Path file = home.resolve(name + ".log");
            try {
                if (Files.exists(file)) {
                    List<String> lines = Files.readAllLines(file);
                    logs.put(name, String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size())));
                }
            } catch (IOException e) {
                logs.put(name, e.toString());
            }
        }
        return logs.entrySet().stream()
                .map(log -> "---- " + log.getKey() + "\n" + Objects.requireNonNull(log.getValue()))
                .collect(Collectors.joining("\n"));
    }

    @Override
    public void close() {
        watchdog.trigger();
    }
}
