package com.terafy.ra.migration;

import com.terafy.pool.settings.PoolSettings;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What to do when the pool's role cannot log in. */
public final class LoginAdvice {

    private LoginAdvice() {}

    /**
     * The message that says what is wrong and what to run, with its id; empty if the SQLSTATE says nothing about the
     * role, its rights or the database (an unreachable server, for example). A pure function.
     *
     * @param sqlState of the exception with which the login failed
     * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL, Appendix A</a>
     */
    public static Optional<String> forFailedLogin(PoolSettings settings, @Nullable String sqlState) {
        if (sqlState == null) {
            return Optional.empty();
        }
        return switch (sqlState) {
            case "28P01" -> Optional.of(MigrationMessages.passwordRefused(settings));
            case "28000" -> Optional.of(MigrationMessages.loginRefused(settings));
            case "3D000" -> Optional.of(MigrationMessages.databaseMissing(settings));
            case "42501" -> Optional.of(MigrationMessages.connectNotGranted(settings));
            case "53300" -> Optional.of(MigrationMessages.noConnectionLeft(settings));
            default -> Optional.empty();
        };
    }

    /** True if the migration may cure a login that failed with this SQLSTATE. */
    static boolean migrationMayHelp(@Nullable String sqlState) {
        return sqlState != null && (sqlState.startsWith("28") || sqlState.equals("42501"));
    }
}
