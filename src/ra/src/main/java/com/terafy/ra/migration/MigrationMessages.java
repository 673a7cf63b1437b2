package com.terafy.ra.migration;

import com.terafy.pool.settings.HostPort;
import com.terafy.pool.settings.PoolSettings;
import com.terafy.pool.settings.Setting;
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

    static String unreadablePassword(PoolSettings settings, @Nullable String reason) {
        return start("0306", settings) + "The password of " + settings.login().user() + " cannot be read: " + reason;
    }

    static String passwordRefused(PoolSettings settings) {
        return start("0311", settings) + "PostgreSQL refused the password of "
                + settings.login().user()
                + ", or there is no such role: it does not say which. Check " + Setting.DB_USER + " and "
                + Setting.DB_PASSWORD + "." + ifNotMigrated(settings);
    }

    static String loginRefused(PoolSettings settings) {
        return start("0312", settings) + "PostgreSQL does not let "
                + settings.login().user()
                + " log in: there is no such role, it has no LOGIN, or pg_hba.conf has no line for it from this host"
                + " with " + Setting.DB_SSL_MODE + " "
                + settings.server().sslMode().text() + "." + ifNotMigrated(settings);
    }

    static String databaseMissing(PoolSettings settings) {
        String database = settings.server().database();
        return start("0313", settings) + "There is no database " + database + ". Correct " + Setting.DB_NAME
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
                + ". Lower " + Setting.DB_POOL_MAX + " (" + settings.size().max()
                + "), or raise max_connections or the role's CONNECTION LIMIT.";
    }

    private static String ifNotMigrated(PoolSettings settings) {
        if (!settings.login().user().equals(RoleMigration.ROLE)) {
            return "";
        }
        return " If the migration has not run yet, set " + Setting.DB_ADMIN_USER + " and " + Setting.DB_ADMIN_PASSWORD
                + " and restart the server, or run it by hand: " + byHand(settings, administrator(settings));
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
