package com.terafy.testkit;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import java.util.function.Predicate;

/**
 * A real PostgreSQL server for tests: its own processes, a port of the loopback address, a directory of its own in
 * {@code java.io.tmpdir}. Every role logs in with a SCRAM password over TCP; the database {@value #DATABASE} exists.
 *
 * <p>Nothing stays behind: {@link #close()} ends the server at once and deletes its directory, the JVM's shutdown does
 * it too, and after a {@code kill -9} of the JVM a {@link Watchdog} does.
 *
 * <p>Thread-safe. Failures of the server are {@link IllegalStateException} with the server's own words in them.
 */
public final class TestPostgres implements AutoCloseable {

    /** The database that every server has. */
    public static final String DATABASE = "terafy_db";

    /** The superuser; the password is in {@link #password()}. */
    public static final String SUPERUSER = "postgres";

    /** The application name of the connections that this class makes for itself. */
    public static final String MONITOR_NAME = "terafy-testkit";

    private static final String HOST = "localhost";

    private final ServerProcess server;
    private final ServerOptions options;
    private final Monitor monitor;
    private final Watchdog watchdog;
    private final Thread atExit;
    private final int port;
    private boolean closed; // guarded by this

    TestPostgres(ServerProcess server, ServerOptions options, int port, Watchdog watchdog) {
        this.server = server;
        this.options = options;
        this.port = port;
        this.watchdog = watchdog;
        this.monitor = new Monitor(() -> connect(SUPERUSER, options.password(), MONITOR_NAME, true));
        this.atExit = new Thread(this::end, "terafy-testkit-exit");
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Where the programs of the tests' server are, unpacked: {@code bin}, {@code lib} and {@code share}. */
    public static Path installation() {
        return Binaries.unpacked().directory();
    }

    /** Describes a server; {@link TestPostgresBuilder#start()} starts it. */
    public static TestPostgresBuilder builder() {
        return new TestPostgresBuilder();
    }

    /** Makes and starts a server with these settings of postgresql.conf, name and value by turns. */
    public static TestPostgres start(String setting, String value, String... more) {
        TestPostgresBuilder builder = builder().with(setting, value);
        for (int i = 0; i < more.length; i += 2) {
            builder.with(more[i], more[i + 1]);
        }
        return builder.start();
    }

    /**
     * Makes a hot standby of a running server, with the same settings, certificates, roles and passwords; returns when
     * it accepts connections. It follows the primary until {@link #promote()}; the caller closes both.
     */
    public static TestPostgres standbyOf(TestPostgres primary) {
        return builder().startStandbyOf(primary);
    }

    /** The one server that all the tests of a JVM may share; never close it, and leave it as you found it. */
    public static TestPostgres shared() {
        return Shared.SERVER;
    }

    private static final class Shared {

        static final TestPostgres SERVER = builder()
                .with("max_prepared_transactions", "20")
                .with("max_connections", "200")
                .start();
    }

    // ---- where it is

    public String host() {
        return HOST;
    }

    public int port() {
        return port;
    }

    /** The JDBC URL of a database, without user and password. */
    public String url(String database) {
        return "jdbc:postgresql://" + HOST + ":" + port + "/" + database;
    }

    /** The JDBC URL of {@value #DATABASE}. */
    public String url() {
        return url(DATABASE);
    }

    /** The superuser's password. */
    public String password() {
        return options.password();
    }

    /**
     * The certificate that signed the server's, a PEM file for {@code sslrootcert}.
     *
     * @throws IllegalStateException if the server was built without TLS
     */
    public Path certificateAuthority() {
        if (options.certificates() == null) {
            throw new IllegalStateException("This server has no TLS; build it with tls()");
        }
        return server.home().resolve("ca.pem");
    }

    /** All that the server has written to its log. */
    public String serverLog() {
        return server.log();
    }

    Path home() {
        return server.home();
    }

    /** The postmaster and its children as they are now; empty when it does not run. */
    synchronized List<ProcessHandle> processes() {
        return server.family();
    }

    // ---- SQL

    /** A new connection of the superuser to {@value #DATABASE}; the caller closes it. */
    public Connection superuser() {
        return connect(SUPERUSER, options.password(), "", false);
    }

    /** A new connection of a role to {@value #DATABASE}; the caller closes it. */
    public Connection connect(String role, String password) {
        return connect(role, password, "", false);
    }

    /** Runs the statements as superuser, each in a transaction of its own. */
    public void execute(String... statements) {
        monitor.execute(statements);
    }

    /** Makes a role that may log in. The server sees only a SCRAM verifier of the password. */
    public void createRole(String name, String password) {
        monitor.createRole(name, password);
    }

    /** The value of a server setting, as {@code SHOW} writes it. */
    public String setting(String name) {
        return monitor.setting(name);
    }

    /** Sets a server setting for all and returns when new connections have it; for settings that need no restart. */
    public void reload(String name, String value) {
        monitor.reload(name, value);
    }

    /** The clients' backends, without the one that asks. */
    public List<Backend> backends() {
        return monitor.backends();
    }

    /** The backends whose role or application name begins with the prefix. */
    public List<Backend> backends(String prefix) {
        Predicate<Backend> wanted = backend -> backend.usename().startsWith(prefix)
                || backend.applicationName().startsWith(prefix);
        return backends().stream().filter(wanted).toList();
    }

    /** Ends a backend by pg_terminate_backend and waits for its end; false if it was not there or did not end. */
    public boolean terminate(long pid) {
        return monitor.terminate(pid);
    }

    // ---- faults

    /** Starts a stopped or killed server on the same port and returns when it accepts connections. */
    public synchronized void start() {
        if (closed) {
            throw new IllegalStateException("The server is closed");
        }
        server.start(port);
    }

    /** Ends all backends with 57P01, writes a checkpoint, ends. */
    public synchronized void stopFast() {
        monitor.forget();
        server.stop("INT");
    }

    /** Ends all backends with 57P02 and itself at once; the next start recovers from the log. */
    public synchronized void stopImmediate() {
        monitor.forget();
        server.stop("QUIT");
    }

    /** {@link #stopFast()} and {@link #start()}. */
    public synchronized void restartFast() {
        stopFast();
        start();
    }

    /** SIGKILL for the postmaster: its idle backends notice and end with 57P01, "unexpected postmaster exit". */
    public synchronized void killServer() {
        monitor.forget();
        server.kill();
    }

    /** SIGKILL for one backend: the server ends all others with 57P02 and recovers. */
    public synchronized void killBackend(long pid) {
        server.child(pid).destroyForcibly();
    }

    /** Waits until a new connection succeeds, for example after a crash recovery. */
    public void awaitAccepting() {
        monitor.awaitAccepting();
    }

    /** SIGSTOP for the server and all its backends: sockets stay open, nothing answers. */
    public synchronized void freeze() {
        server.freeze();
    }

    /** Undoes {@link #freeze()} and {@link #freezeBackend(long)}. */
    public synchronized void thaw() {
        server.thaw();
    }

    /** SIGSTOP for one backend. */
    public synchronized void freezeBackend(long pid) {
        server.freezeChild(pid);
    }

    // ---- standby

    /** Makes a standby a primary of its own and returns when it accepts writes. */
    public void promote() {
        monitor.promote();
    }

    /** Whether it is a standby that has not been promoted. */
    public boolean isStandby() {
        return monitor.isInRecovery();
    }

    /** Waits until this standby has replayed all that the primary has written up to now. */
    public void awaitReplayOf(TestPostgres primary) {
        monitor.awaitReplay(primary.monitor.writtenUpTo());
    }

    ServerOptions options() {
        return options;
    }

    /** Copies the data directory of this running server; gives the content of the copy's backup_label. */
    String backUp(Path target) {
        try (Connection connection = superuser()) {
            return BaseBackup.copy(connection, server.data(), target);
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot close the connection of the backup", e);
        }
    }

    // ---- the end

    /** Ends the server at once and deletes its directory. Closing twice is fine. */
    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException alreadyShuttingDown) {
            return;
        }
    }

    private synchronized void end() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            stopImmediate();
            Directories.delete(server.home());
            watchdog.dismiss();
        } catch (RuntimeException e) {
            watchdog.trigger();
            throw e;
        }
    }

    private Connection connect(String role, String password, String applicationName, boolean impatient) {
        Properties properties = new Properties();
        properties.setProperty("user", role);
        properties.setProperty("password", password);
        properties.setProperty("connectTimeout", "10");
        if (!applicationName.isEmpty()) {
            properties.setProperty("ApplicationName", applicationName);
        }
        if (impatient) {
            properties.setProperty("socketTimeout", "10");
        }
        try {
            return DriverManager.getConnection(url(), properties);
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot connect as " + role + ": " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return "TestPostgres[" + url() + "]";
    }
}
