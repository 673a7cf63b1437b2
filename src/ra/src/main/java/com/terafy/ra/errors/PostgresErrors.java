package com.terafy.ra.errors;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Set;
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

    /** The server ended the session: shutdown, crash, timeouts of the session, database dropped. */
    private static final Set<String> SESSION_ENDED =
            Set.of("57P01", "57P02", "57P03", "57P04", "57P05", "25P03", "25P04");

    /** The longest chain of causes that is looked at. */
    private static final int MOST_CAUSES = 20;

    private PostgresErrors() {}

    /**
     * True if the physical connection cannot be used after this error. 58xxx and XX00x end it only as FATAL or PANIC:
     * as ERROR they end a statement.
     */
    public static boolean endsConnection(SQLException error) {
        String state = error.getSQLState();
        if (state != null && (state.startsWith("08") || SESSION_ENDED.contains(state))) {
            return true;
        }
        return isFatalToServer(error) || hasCause(error, IOException.class);
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

    private static boolean isFatalToServer(SQLException error) {
        if (!(error instanceof PSQLException fromServer)) {
            return false;
        }
        ServerErrorMessage message = fromServer.getServerErrorMessage();
        String severity = message == null ? null : message.getSeverity();
        return "FATAL".equals(severity) || "PANIC".equals(severity);
    }

    private static boolean hasCause(SQLException error, Class<? extends Throwable> type) {
        @Nullable Throwable cause = error.getCause();
        for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
            if (type.isInstance(cause)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
