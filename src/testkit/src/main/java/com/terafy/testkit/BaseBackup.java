package com.terafy.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/**
 * A copy of a running server's data directory, by the low-level backup functions of PostgreSQL ("Making a Base Backup
 * Using the Low Level API"): the binaries at hand have no pg_basebackup. The log is left out; the standby streams it,
 * and {@code wal_keep_size} keeps it long enough.
 */
final class BaseBackup {

    /** What must not be copied or is worthless in a copy, by the same page. */
    private static final Set<String> LEFT_OUT_DIRECTORIES = Set.of(
            "pg_wal",
            "pg_replslot",
            "pg_dynshmem",
            "pg_notify",
            "pg_serial",
            "pg_snapshots",
            "pg_stat_tmp",
            "pg_subtrans");

    private static final Set<String> LEFT_OUT_FILES = Set.of("postmaster.pid", "postmaster.opts");
    private static final int NEW_NAMES_SINCE = 15;

    private BaseBackup() {}

    /** Copies the data directory to the target and gives the content of its backup_label. */
    static String copy(Connection primary, Path source, Path target) {
        try (Statement statement = primary.createStatement()) {
            boolean newNames = primary.getMetaData().getDatabaseMajorVersion() >= NEW_NAMES_SINCE;
            statement.execute(
                    newNames
                            ? "SELECT pg_backup_start('terafy-testkit', true)"
                            : "SELECT pg_start_backup('terafy-testkit', true, false)");
            Directories.copy(source, target, BaseBackup::wanted);
            try (ResultSet row = statement.executeQuery(
                    newNames
                            ? "SELECT labelfile FROM pg_backup_stop(false)"
                            : "SELECT labelfile FROM pg_stop_backup(false, false)")) {
                row.next();
                return row.getString(1);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot back up the primary: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot copy " + source, e);
        }
    }

    private static boolean wanted(Path file) {
        return !LEFT_OUT_DIRECTORIES.contains(file.getName(0).toString()) && !LEFT_OUT_FILES.contains(file.toString());
    }
}
