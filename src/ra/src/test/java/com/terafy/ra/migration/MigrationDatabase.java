package com.terafy.ra.migration;

import com.terafy.pool.settings.InvalidSettingsException;
import com.terafy.pool.settings.PoolSettings;
import com.terafy.pool.settings.PoolSettings.Login;
import com.terafy.pool.settings.Secret;
import com.terafy.pool.settings.SettingsReader;
import com.terafy.pool.settings.SettingsSource;
import com.terafy.testkit.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** A database of its own for one test, on a server that logs every statement; closing it drops the roles, too. */
final class MigrationDatabase implements AutoCloseable {

    static final TestPostgres SERVER = TestPostgres.start("log_statement", "all");

    private static final AtomicInteger COUNT = new AtomicInteger();

    final String name;

    MigrationDatabase() {
        name = "app_" + COUNT.incrementAndGet();
        SERVER.execute("CREATE DATABASE " + name);
    }

    /** With an owner who may create roles and is no superuser; password "owner". */
    static MigrationDatabase ownedBy(String owner) {
        SERVER.execute("CREATE ROLE " + owner + " LOGIN CREATEROLE PASSWORD 'owner'");
        MigrationDatabase database = new MigrationDatabase();
        SERVER.execute("ALTER DATABASE " + database.name + " OWNER TO " + owner);
        return database;
    }

    PoolSettings settings(String password) {
        return settings(login("terafy_app", password), Optional.of(login(TestPostgres.SUPERUSER, SERVER.password())));
    }

    /** As {@link SettingsReader} would read it, with the two logins replaced. */
    PoolSettings settings(Login login, Optional<Login> admin) {
        Map<String, String> environment =
                Map.of("DB_HOST", SERVER.host(), "DB_PORT", String.valueOf(SERVER.port()), "DB_NAME", name);
        return withLogins(read(environment), login, admin);
    }

    static PoolSettings read(Map<String, String> environment) {
        try {
            return SettingsReader.read(
                    "TerafyDS", List.of(SettingsSource.environment(environment)), Set.of(), Set.of());
        } catch (InvalidSettingsException wrong) {
            throw new IllegalArgumentException(wrong);
        }
    }

    static PoolSettings withLogins(PoolSettings read, Login login, Optional<Login> admin) {
        return new PoolSettings(
                read.poolName(),
                read.server(),
                login,
                read.size(),
                read.upkeep(),
                read.session(),
                read.transactionSupport(),
                read.cleanup(),
                admin,
                read.readiness());
    }

    static Login login(String user, String password) {
        return new Login(user, Optional.of(Secret.of(password)));
    }

    Connection open(Login login) throws SQLException {
        Properties properties = new Properties();
        try {
            properties.setProperty("password", login.password().orElseThrow().reveal());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return open(login.user(), properties);
    }

    Connection open(String user, String password) throws SQLException {
        return open(login(user, password));
    }

    Connection superuser() throws SQLException {
        return open(TestPostgres.SUPERUSER, SERVER.password());
    }

    private Connection open(String user, Properties properties) throws SQLException {
        properties.setProperty("user", user);
        properties.setProperty("connectTimeout", "10");
        return DriverManager.getConnection(SERVER.url(name), properties);
    }

    /** Does what {@code PGOPTIONS="-c terafy.app_password=…" psql -f} does: the file's text in one simple query. */
    void runByHand(String options) throws SQLException {
        runByHand(TestPostgres.SUPERUSER, SERVER.password(), options);
    }

    void runByHand(String user, String password, String options) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("password", password);
        properties.setProperty("preferQueryMode", "simple");
        properties.setProperty("options", options);
        try (Connection connection = open(user, properties);
                Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(Files.readString(script()));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static Path script() {
        return repository().resolve("config/migrations/20251124000000_create_app_user.sql");
    }

    /** The top directory of the project; the build runs tests in the directory of their module. */
    static Path repository() {
        return Path.of("../..").toAbsolutePath().normalize();
    }

    void execute(String... statements) throws SQLException {
        try (Connection connection = superuser();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** All rows of a query, as the superuser, each as its columns' texts with | between. */
    List<String> query(String sql) throws SQLException {
        try (Connection connection = superuser();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            int columns = result.getMetaData().getColumnCount();
            List<String> rows = new ArrayList<>();
            while (result.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    row.add(String.valueOf(result.getString(i)));
                }
                rows.add(String.join("|", row));
            }
            return rows;
        }
    }

    /** Everything the migration may have changed, except the password and Flyway's own schema. */
    List<String> catalog() throws SQLException {
        return query("""
                SELECT 'role', rolname, rolcanlogin, rolsuper, rolcreatedb, rolcreaterole, rolreplication,
                        rolbypassrls, rolconnlimit, rolconfig::text
                    FROM pg_roles WHERE rolname = 'terafy_app'
                UNION ALL SELECT 'database', '', %1$s, %1$s, %1$s, %1$s, %1$s, %1$s, 0, datacl::text
                    FROM pg_database WHERE datname = current_database()
                UNION ALL SELECT 'schema', nspname, %1$s, %1$s, %1$s, %1$s, %1$s, %1$s, 0, nspacl::text
                    FROM pg_namespace WHERE nspname = 'public'
                UNION ALL SELECT 'relation', relname, %1$s, %1$s, %1$s, %1$s, %1$s, %1$s, 0, relacl::text
                    FROM pg_class WHERE relnamespace = 'public'::regnamespace
                UNION ALL SELECT 'routine', proname, %1$s, %1$s, %1$s, %1$s, %1$s, %1$s, 0, proacl::text
                    FROM pg_proc WHERE pronamespace = 'public'::regnamespace
                UNION ALL SELECT 'default', defaclobjtype::text, %1$s, %1$s, %1$s, %1$s, %1$s, %1$s, 0, defaclacl::text
                    FROM pg_default_acl
                ORDER BY 1, 2, 10
                """.formatted("NULL::boolean"));
    }

    @Override
    public void close() {
        SERVER.execute("DROP DATABASE " + name + " WITH (FORCE)");
        for (String role : List.of("terafy_app", "dba", "weak_dba", "stranger")) {
            SERVER.execute("DROP ROLE IF EXISTS " + role);
        }
    }
}
