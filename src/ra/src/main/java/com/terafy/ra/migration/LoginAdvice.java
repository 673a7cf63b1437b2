package com.terafy.ra.migration;

import com.terafy.pool.settings.PoolSettings;
import com.terafy.pool.settings.SslMode;
import com.terafy.ra.errors.PostgresErrors;
import com.terafy.ra.errors.UndeclaredPoolerException;
import com.terafy.ra.errors.UnreadablePasswordException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.security.cert.CertificateException;
import java.sql.SQLException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.GT;

/** What to do when the pool's role cannot log in. */
public final class LoginAdvice {

    /** In the driver's words, to be translated by it: its SQLSTATE has other meanings, too. */
    private static final String DRIVER_FOUND_NO_TLS = "The server does not support SSL.";

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

    /**
     * As {@link #forFailedLogin(PoolSettings, String)}, also where a setting keeps the driver from connecting at all: the
     * message names the setting.
     */
    public static Optional<String> forFailedLogin(PoolSettings settings, SQLException failure) {
        if (failure instanceof UndeclaredPoolerException || failure instanceof UnreadablePasswordException) {
            return Optional.of(String.valueOf(failure.getMessage()));
        }
        if (String.valueOf(failure.getMessage()).contains(PostgresErrors.UNSUPPORTED_STARTUP_PARAMETER)) {
            return Optional.of(MigrationMessages.startupParameterRefused(settings, failure));
        }
        return forFailedLogin(settings, failure.getSQLState()).or(() -> forWrongSetting(settings, failure));
    }

    /** The failure of a login whose password cannot be read. */
    public static UnreadablePasswordException unreadablePassword(
            PoolSettings settings, String role, IOException unreadable) {
        String reason = "The password of " + role + " cannot be read: "
                + (unreadable instanceof FileSystemException ? unreadable : unreadable.getMessage());
        return new UnreadablePasswordException(
                MigrationMessages.unreadablePassword(settings, reason), reason, unreadable);
    }

    /** Empty if the failure may pass by itself, or is the server's answer to a login. */
    static Optional<String> forWrongSetting(PoolSettings settings, SQLException failure) {
        if (PostgresErrors.mayPass(failure) || PostgresErrors.isFromServer(failure)) {
            return Optional.empty();
        }
        if (isAboutCertificates(failure)) {
            return Optional.of(MigrationMessages.certificateRefused(settings, failure));
        }
        if (isAboutHostName(settings, failure)) {
            return Optional.of(MigrationMessages.hostNotInCertificate(settings, failure));
        }
        if (GT.tr(DRIVER_FOUND_NO_TLS).equals(failure.getMessage())) {
            return Optional.of(MigrationMessages.serverWithoutTls(settings, failure));
        }
        return settings.server().driverProperties().isEmpty()
                ? Optional.empty()
                : Optional.of(MigrationMessages.driverPropertyWrong(settings, failure));
    }

    private static boolean isAboutCertificates(SQLException failure) {
        return PostgresErrors.hasCause(failure, SSLException.class)
                || PostgresErrors.hasCause(failure, CertificateException.class);
    }

    /** The driver gives no cause for it, and only here it looks at the name. */
    private static boolean isAboutHostName(PoolSettings settings, SQLException failure) {
        return settings.server().sslMode() == SslMode.VERIFY_FULL
                && "08006".equals(failure.getSQLState())
                && failure.getCause() == null;
    }

    /** True if the migration may cure a login that failed with this SQLSTATE. */
    static boolean migrationMayHelp(@Nullable String sqlState) {
        return sqlState != null && (sqlState.startsWith("28") || sqlState.equals("42501"));
    }
}
