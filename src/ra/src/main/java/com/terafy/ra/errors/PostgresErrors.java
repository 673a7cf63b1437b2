package com.terafy.ra.errors;

import java.io.IOException;
import java.sql.SQLException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Tells errors that end a connection from those that end a statement or a transaction, and failures to connect that
 * may pass from those that will not. Pure.
 *
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL, Appendix A</a>
 */
public final class PostgresErrors {

    /** The longest chain of causes, and of next exceptions, that is looked at. */
    private static final int LONGEST_CHAIN = 20;

    private PostgresErrors() {}

    /**
     * True if the physical connection cannot be used after this error: the server said so by FATAL or PANIC, or the driver
     * says so by class 08. The SQLSTATE of an ERROR tells nothing, because the application's own SQL may raise any; nor
     * does a failure of input or output that is not of class 08, because it is of a stream of the application.
     */
    public static boolean endsConnection(SQLException error) {
        @Nullable SQLException each = error;
        for (int i = 0; each != null && i < LONGEST_CHAIN; i++) {
            if (saysEnded(each)) {
                return true;
            }
            each = each.getNextException();
        }
        return false;
    }

    private static boolean saysEnded(SQLException error) {
        SQLException origin = origin(error);
        ServerErrorMessage message = messageOf(origin);
        if (message != null) {
            return ServerSeverity.isFatal(message);
        }
        return isClass08(origin) && (origin.getCause() == null || hasCause(origin, IOException.class));
    }

    /** What the server said, or else what the driver said first: batches and client info wrap it. */
    private static SQLException origin(SQLException error) {
        SQLException origin = error;
        for (int i = 0; i < LONGEST_CHAIN; i++) {
            if (messageOf(origin) != null || !(origin.getCause() instanceof SQLException cause)) {
                return origin;
            }
            origin = cause;
        }
        return origin;
    }

    private static @Nullable ServerErrorMessage messageOf(SQLException error) {
        return error instanceof PSQLException fromDriver ? fromDriver.getServerErrorMessage() : null;
    }

    private static boolean isClass08(SQLException error) {
        String state = error.getSQLState();
        return state != null && state.startsWith("08");
    }

    /**
     * True if connecting may succeed later with the same settings: the server is down, starting, full or unreachable.
     * False for a refused password, an unknown database, or TLS that cannot be agreed on.
     */
    public static boolean mayPass(SQLException connectFailure) {
        if (hasCause(connectFailure, SSLException.class)) {
            return false;
        }
        String state = connectFailure.getSQLState();
        if (state == null) {
            return hasCause(connectFailure, IOException.class);
        }
        return (state.startsWith("08") && !state.equals("08004"))
                || state.startsWith("53")
                || state.startsWith("57P")
                || state.startsWith("58")
                || state.startsWith("XX");
    }

    /** True for "too many connections", PostgreSQL's 53300. */
    public static boolean isFull(SQLException error) {
        return "53300".equals(error.getSQLState());
    }

    private static boolean hasCause(SQLException error, Class<? extends Throwable> type) {
        @Nullable Throwable cause = error.getCause();
        for (int i = 0; cause != null && i < LONGEST_CHAIN; i++) {
            if (type.isInstance(cause)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
