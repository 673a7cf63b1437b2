package com.terafy.ra.migration;

import com.terafy.pool.settings.HostPort;
import com.terafy.pool.settings.PoolSettings;
import com.terafy.pool.settings.Pooler;
import com.terafy.pool.settings.Setting;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The messages of the role migration and of failed logins, TERAFY0301 to TERAFY0399. Pure functions, no secret. */
final class MigrationMessages {

    private static final String SCRIPT = "config/migrations/" + MigrationScript.FILE_NAME;

    private MigrationMessages() {}

    static String applied(PoolSettings settings) {
        return start("0301", settings) + "The migration " + MigrationScript.FILE_NAME + " was applied: role "
                + RoleMigration.ROLE + " is ready.";
    }

    static String upToDate(PoolSettings settings) {
        return start("0302", settings) + "The migration " + MigrationScript.FILE_NAME
                + " was applied earlier; nothing was changed.";
    }

    static String repeated(PoolSettings settings, String reason) {
        return start("0303", settings) + "The migration " + MigrationScript.FILE_NAME + " was run again, because "
                + reason + ".";
    }

    static String failed(PoolSettings settings, String admin, @Nullable String reason) {
        return start("0304", settings) + "The migration " + MigrationScript.FILE_NAME + " failed as " + admin + ": "
                + reason + ". Correct that and restart the server, or run it by hand: " + byHand(settings, admin);
    }

    /** A warning of the server or of Flyway while the migration runs. */
    static String warning(@Nullable String text) {
        return "TERAFY0305: Role migration: " + text;
    }

    static String unreadablePassword(PoolSettings settings, String reason) {
        return start("0306", settings) + reason;
    }

    static String passwordRefused(PoolSettings settings) {
        return start("0311", settings) + "PostgreSQL refused the password of "
                + settings.login().user()
                + ", or there is no such role: it does not say which. Check " + settings.nameOf(Setting.DB_USER)
                + " and "
                + (settings.login().password().isPresent()
                        ? settings.nameOf(Setting.DB_PASSWORD)
                        : "where its password comes from, which is not " + settings.nameOf(Setting.DB_PASSWORD))
                + "." + ifNotMigrated(settings);
    }

    static String loginRefused(PoolSettings settings) {
        return start("0312", settings) + "PostgreSQL does not let "
                + settings.login().user()
                + " log in: there is no such role, it has no LOGIN, or pg_hba.conf has no line for it from this host"
                + " with " + settings.nameOf(Setting.DB_SSL_MODE) + " "
                + settings.server().sslMode().text() + "." + ifNotMigrated(settings);
    }

    static String databaseMissing(PoolSettings settings) {
        String database = settings.server().database();
        return start("0313", settings) + "There is no database " + database + ". Correct "
                + settings.nameOf(Setting.DB_NAME)
                + ", or create it: createdb " + serverOptions(settings, administrator(settings)) + " "
                + shellWord(database);
    }

    static String connectNotGranted(PoolSettings settings) {
        return start("0314", settings) + "Role " + settings.login().user() + " has no CONNECT on the database."
                + ifNotMigrated(settings);
    }

    static String noConnectionLeft(PoolSettings settings) {
        return start("0315", settings) + "PostgreSQL has no connection left for "
                + settings.login().user()
                + ". Lower " + settings.nameOf(Setting.DB_POOL_MAX) + " ("
                + settings.size().max()
                + "), or raise max_connections or the role's CONNECTION LIMIT.";
    }

    static String hostNotInCertificate(PoolSettings settings, SQLException failure) {
        return start("0316", settings) + said(failure) + "With " + settings.nameOf(Setting.DB_SSL_MODE)
                + " verify-full the server's certificate has to name what " + settings.nameOf(Setting.DB_HOST)
                + " says: set "
                + settings.nameOf(Setting.DB_HOST) + " to a name that it has, or "
                + settings.nameOf(Setting.DB_SSL_MODE) + " to verify-ca."
                + orDriverProperty(settings);
    }

    static String certificateRefused(PoolSettings settings, SQLException failure) {
        return start("0317", settings) + said(failure) + "Set " + settings.nameOf(Setting.DB_SSL_ROOT_CERT)
                + " to a PEM file with the certificate of the authority that signed the server's, or correct "
                + settings.nameOf(Setting.DB_SSL_MODE) + " ("
                + settings.server().sslMode().text() + ")." + orDriverProperty(settings);
    }

    static String driverPropertyWrong(PoolSettings settings, SQLException failure) {
        return start("0318", settings) + said(failure) + "Correct " + settings.nameOf(Setting.DB_DRIVER_PROPERTIES)
                + ": " + driverProperties(settings) + ".";
    }

    /** Only a pooler refuses one. */
    static String startupParameterRefused(PoolSettings settings, SQLException failure) {
        String pooler = settings.server().pooler() == Pooler.NONE
                ? "A pooler stands in between: set " + settings.nameOf(Setting.DB_POOLER)
                        + " to session or transaction, as its pool_mode is."
                : "Have the pooler let it pass, as PgBouncer by ignore_startup_parameters.";
        return start("0320", settings) + said(failure) + pooler + orDriverProperty(settings);
    }

    static String serverWithoutTls(PoolSettings settings, SQLException failure) {
        return start("0319", settings) + said(failure) + "Set ssl to on in postgresql.conf, or "
                + settings.nameOf(Setting.DB_SSL_MODE) + " ("
                + settings.server().sslMode().text() + ") to prefer.";
    }

    /** The driver's own words, and those of what it met unless it repeats them. */
    private static String said(SQLException failure) {
        String words = String.valueOf(failure.getMessage());
        String met = failure.getCause() == null
                ? ""
                : String.valueOf(failure.getCause().getMessage());
        return words + (words.contains(met) ? " " : " (" + met + ") ");
    }

    private static String orDriverProperty(PoolSettings settings) {
        return settings.server().driverProperties().isEmpty()
                ? ""
                : " Or correct " + settings.nameOf(Setting.DB_DRIVER_PROPERTIES) + ": " + driverProperties(settings)
                        + ".";
    }

    /** The names only: a value may be a password. */
    private static String driverProperties(PoolSettings settings) {
        return settings.server().driverProperties().keySet().stream().sorted().collect(Collectors.joining(", "));
    }

    private static String ifNotMigrated(PoolSettings settings) {
        if (!settings.login().user().equals(RoleMigration.ROLE)) {
            return "";
        }
        return " If the migration has not run yet, set " + settings.nameOf(Setting.DB_ADMIN_USER) + " and "
                + settings.nameOf(Setting.DB_ADMIN_PASSWORD) + " and restart the server, or run it by hand: "
                + byHand(settings, administrator(settings));
    }

    private static String administrator(PoolSettings settings) {
        return settings.admin().map(PoolSettings.Login::user).orElse("postgres");
    }

    private static String byHand(PoolSettings settings, String admin) {
        return "PGOPTIONS=\"-c terafy.app_password=<password of " + RoleMigration.ROLE + ">\" psql "
                + serverOptions(settings, admin) + " -d "
                + shellWord(settings.server().database()) + " -f " + SCRIPT;
    }

    /** Several hosts are written with commas between, and so are their ports (PostgreSQL, 34.1.1.3). */
    private static String serverOptions(PoolSettings settings, String admin) {
        List<HostPort> hosts = settings.server().hosts();
        String names = hosts.stream().map(host -> withoutBrackets(host.host())).collect(Collectors.joining(","));
        String ports = hosts.stream().map(host -> String.valueOf(host.port())).collect(Collectors.joining(","));
        return "-h " + shellWord(names) + " -p " + ports + " -U " + shellWord(admin);
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static String shellWord(String text) {
        return text.matches("[A-Za-z0-9_.,:/-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }

    private static String start(String id, PoolSettings settings) {
        return "TERAFY" + id + ": Pool " + settings.poolName() + ", "
                + settings.server().address() + ": ";
    }
}
