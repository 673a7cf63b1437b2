package com.terafy.ra.migration;

import com.terafy.pool.settings.PoolSettings;
import com.terafy.pool.settings.PoolSettings.Login;
import com.terafy.ra.errors.PostgresErrors;
import com.terafy.ra.errors.UnreadablePasswordException;
import com.terafy.ra.passwords.ServerPasswords;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PasswordUtil;

/**
 * Creates and keeps up the application's role, once a database, by Flyway.
 *
 * <p>Flyway's history is {@value #HISTORY_SCHEMA}.{@value #HISTORY_TABLE}, in a schema of its own: an application's own
 * Flyway refuses to begin in a schema public that already holds a table, and the application's role shall not write
 * the history of what an administrator ran. It may read it, because pg_dump fails at the first table it may not read.
 */
public final class RoleMigration {

    /** The role that the migration creates. */
    public static final String ROLE = "terafy_app";

    static final String HISTORY_SCHEMA = "terafy_migration";
    static final String HISTORY_TABLE = "schema_history";

    /** Longest wait for one answer of the server, so that a frozen server cannot hold up a deployment for ever. */
    private static final Duration ANSWER_LIMIT = Duration.ofMinutes(1);

    private static final System.Logger LOG = System.getLogger(RoleMigration.class.getPackageName());

    private final PoolSettings settings;
    private final Login admin;
    private final LoginOpener opener;
    private final MigrationScript script = MigrationScript.load();
    private final String verifier;

    private RoleMigration(PoolSettings settings, Login admin, LoginOpener opener) throws SQLException {
        this.settings = settings;
        this.admin = admin;
        this.opener = opener;
        this.verifier = verifier(settings);
    }

    /**
     * Runs the migration if an administrator is configured; logs what it did. Credentials are not kept.
     *
     * <p>The password of {@link #ROLE} is set if that is the pool's role: at the first run, and again whenever the role
     * cannot log in with the configured one. It leaves this process as a SCRAM verifier only. If several nodes run it
     * at once, one does the work and the others wait.
     *
     * @param opener used for the administrator and, to try the password, for the pool's role
     * @throws SQLException the driver's own if the server cannot be reached or takes no connections now: try again
     *     later; otherwise one whose message says what failed and what to run by hand, with PostgreSQL's SQLSTATE
     */
    public static MigrationOutcome run(PoolSettings settings, LoginOpener opener) throws SQLException {
        Optional<Login> admin = settings.admin();
        if (admin.isEmpty()) {
            return MigrationOutcome.NOT_CONFIGURED;
        }
        return new RoleMigration(settings, admin.get(), opener).run();
    }

    private MigrationOutcome run() throws SQLException {
        try {
            return migrate();
        } catch (FlywayException failure) {
            throw report(failure);
        } catch (SQLException failure) {
            throw report(failure);
        }
    }

    private MigrationOutcome migrate() throws SQLException {
        Flyway flyway = flyway();
        try {
            if (flyway.migrate().migrationsExecuted > 0) {
                LOG.log(Level.INFO, MigrationMessages.applied(settings));
                return MigrationOutcome.APPLIED;
            }
        } catch (FlywayValidateException newerScript) {
            repeat("its SQL has changed since");
            flyway.repair();
            return MigrationOutcome.REPEATED;
        }
        return keepUp();
    }

    /** Flyway runs a script once; a password that has changed since, or a role that was dropped, is not its business. */
    private MigrationOutcome keepUp() throws SQLException {
        Optional<SQLException> failure = tryLogin();
        if (failure.isEmpty() || !LoginAdvice.migrationMayHelp(failure.get().getSQLState())) {
            LOG.log(Level.DEBUG, MigrationMessages.upToDate(settings));
            return MigrationOutcome.UP_TO_DATE;
        }
        repeat(ROLE + " could not log in (SQLSTATE " + failure.get().getSQLState() + ")");
        tryLogin()
                .flatMap(still -> LoginAdvice.forFailedLogin(settings, still.getSQLState()))
                .ifPresent(advice -> LOG.log(Level.WARNING, advice));
        return MigrationOutcome.REPEATED;
    }

    /** Why the pool's role cannot log in; empty if it can, or if it is a role that the migration does not care for. */
    private Optional<SQLException> tryLogin() {
        if (verifier.isEmpty()) {
            return Optional.empty();
        }
        try {
            opener.open(settings.login()).close();
            return Optional.empty();
        } catch (SQLException failure) {
            return Optional.of(failure);
        }
    }

    private void repeat(String reason) throws SQLException {
        try (Connection connection = openAsAdmin();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            AppPassword.tell(connection, verifier);
            statement.setEscapeProcessing(false);
            statement.execute(script.text());
            for (SQLWarning warning = statement.getWarnings(); warning != null; warning = warning.getNextWarning()) {
                LOG.log(Level.WARNING, MigrationMessages.warning(warning.getMessage()));
            }
            connection.commit();
        }
        LOG.log(Level.INFO, MigrationMessages.repeated(settings, reason));
    }

    private Flyway flyway() {
        // The class loader is named, because the thread's may be anything in a server. Nothing is scanned: no location,
        // no Java migration.
        return Flyway.configure(RoleMigration.class.getClassLoader())
                .loggers(FlywayLog.class.getName())
                .dataSource(new AdminDataSource(this::openAsAdmin))
                .schemas(HISTORY_SCHEMA)
                .table(HISTORY_TABLE)
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .locations(new String[0])
                .callbackLocations(new String[0])
                .callbacks(new AppPassword(verifier))
                .resourceProvider(script)
                .javaMigrationClassProvider(List::of)
                .sqlMigrationPrefix("")
                .sqlMigrationSeparator("_")
                .placeholderReplacement(false)
                .load();
    }

    /** A session of the administrator. */
    private Connection openAsAdmin() throws SQLException {
        Connection connection = opener.open(admin);
        try {
            connection.setNetworkTimeout(Runnable::run, Math.toIntExact(ANSWER_LIMIT.toMillis()));
            return connection;
        } catch (SQLException failure) {
            connection.close();
            throw failure;
        }
    }

    /** Empty if the pool logs in as another role, or without a password: then the migration leaves passwords alone. */
    private static String verifier(PoolSettings settings) throws SQLException {
        Login login = settings.login();
        if (!login.user().equals(ROLE)) {
            return "";
        }
        try {
            Optional<String> password = ServerPasswords.of(login, settings.server());
            return password.isEmpty()
                    ? ""
                    : PasswordUtil.encodePassword(ROLE, password.get().toCharArray(), "scram-sha-256");
        } catch (IOException unreadable) {
            throw LoginAdvice.unreadablePassword(settings, login.user(), unreadable);
        }
    }

    private SQLException report(Exception failure) {
        SQLException driver = driverException(failure);
        if (driver != null && isTemporary(driver.getSQLState()) && PostgresErrors.mayPass(driver)) {
            return driver;
        }
        String reason = reason(failure, driver);
        String sqlState = driver == null ? null : driver.getSQLState();
        return new SQLException(MigrationMessages.failed(settings, admin.user(), reason), sqlState, failure);
    }

    private @Nullable String reason(Exception failure, @Nullable SQLException driver) {
        if (driver == null) {
            return failure.getMessage();
        }
        return driver instanceof UnreadablePasswordException unreadable
                ? unreadable.reason()
                : LoginAdvice.forWrongSetting(settings, driver).orElseGet(driver::getMessage);
    }

    private static @Nullable SQLException driverException(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException driver) {
                return driver;
            }
        }
        return null;
    }

    /** Unreachable, starting up or shutting down, or full: later it may work. */
    private static boolean isTemporary(@Nullable String sqlState) {
        return sqlState != null
                && (sqlState.startsWith("08") || sqlState.startsWith("57P") || sqlState.equals("53300"));
    }
}
