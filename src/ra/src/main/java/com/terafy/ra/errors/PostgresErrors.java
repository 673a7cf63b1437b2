package com.terafy.ra.errors;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
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

    /** What PgBouncer says of one, in front of its name. */
    public static final String UNSUPPORTED_STARTUP_PARAMETER = "unsupported startup parameter";

    /** The driver says so where the network failed in a login, and where it could not do what it was set to do. */
    private static final String NO_CONNECTION_AS_SET = "08006";

    /** By an administrator, or as it was idle for too long, in its transaction or all in all. */
    private static final Set<String> ENDED_BEFORE_COMMIT = Set.of("57P01", "25P03", "25P04", "57P05");

    private static final List<String> POOLERS_REFUSALS = List.of(
            "password authentication failed",
            "SASL authentication failed",
            "no such user",
            "no such database",
            UNSUPPORTED_STARTUP_PARAMETER);

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

    /** What the server said, or else what the driver said first: batches, client info and migrations wrap it. */
    private static SQLException origin(SQLException error) {
        SQLException origin = error;
        @Nullable Throwable cause = error;
        for (int i = 0; cause != null && i < LONGEST_CHAIN && messageOf(origin) == null; i++) {
            if (cause instanceof SQLException deeper) {
                origin = deeper;
            }
            cause = cause.getCause();
        }
        return origin;
    }

    /** True if it tells what the server said, in an exception of its own or among the causes. */
    public static boolean isFromServer(SQLException error) {
        return messageOf(origin(error)) != null;
    }

    /**
     * True if a COMMIT that is answered by it, and by nothing before it, has committed nothing. A server process that is to end
     * looks at that before it commits, and not again before it has answered; one that ends for another's crash does not.
     */
    public static boolean saysRolledBack(SQLException error) {
        SQLException origin = origin(error);
        ServerErrorMessage message = messageOf(origin);
        return message != null
                && (!ServerSeverity.isFatal(message) || ENDED_BEFORE_COMMIT.contains(origin.getSQLState()));
    }

    private static @Nullable ServerErrorMessage messageOf(SQLException error) {
        return error instanceof PSQLException fromDriver ? fromDriver.getServerErrorMessage() : null;
    }

    private static boolean isClass08(SQLException error) {
        String state = error.getSQLState();
        return state != null && state.startsWith("08");
    }

    /**
     * True if connecting may succeed later with the same settings: the server is down, starting, full or unreachable, or
     * what stands in front of it ended the connection in the middle of the login. False for a refused password, an
     * unknown database, TLS that cannot be agreed on, and classes and files that the driver cannot use.
     */
    public static boolean mayPass(SQLException connectFailure) {
        SQLException origin = origin(connectFailure);
        String state = connectFailure.getSQLState();
        ServerErrorMessage said = messageOf(origin);
        if (said != null) {
            return state != null && isOfTheServersCondition(state) && !isPoolersRefusal(said);
        }
        if (state == null || origin.getCause() != null || state.equals(NO_CONNECTION_AS_SET)) {
            return isOfTheNetwork(origin) && (state == null || isOfTheServersCondition(state));
        }
        return isOfTheServersCondition(state);
    }

    /** PgBouncer before 1.19 has one SQLSTATE for all that it says; what else it says by it may pass. */
    private static boolean isPoolersRefusal(ServerErrorMessage said) {
        String text = String.valueOf(said.getMessage());
        return "08P01".equals(said.getSQLState()) && POOLERS_REFUSALS.stream().anyMatch(text::contains);
    }

    private static boolean isOfTheServersCondition(String state) {
        return (state.startsWith("08") && !state.equals("08004"))
                || state.startsWith("53")
                || state.startsWith("57P")
                || state.startsWith("58")
                || state.startsWith("XX");
    }

    /** TLS wraps what the network did to it; keys, certificates and classes have exceptions of their own. */
    private static boolean isOfTheNetwork(SQLException error) {
        return hasCause(error, cause -> cause instanceof IOException && !isOfASetting(cause))
                && !hasCause(error, GeneralSecurityException.class);
    }

    private static boolean isOfASetting(Throwable cause) {
        return cause instanceof SSLException
                || cause instanceof FileNotFoundException
                || cause instanceof FileSystemException;
    }

    /** True for "too many connections", PostgreSQL's 53300. */
    public static boolean isFull(SQLException error) {
        return "53300".equals(error.getSQLState());
    }

    /** True for PostgreSQL's 28P01, which tells of the password alone. */
    public static boolean isWrongPassword(SQLException error) {
        return "28P01".equals(error.getSQLState());
    }

    /** True if an exception of that type is among the causes. */
    public static boolean hasCause(SQLException error, Class<? extends Throwable> type) {
        return hasCause(error, type::isInstance);
    }

    private static boolean hasCause(SQLException error, Predicate<Throwable> wanted) {
        @Nullable Throwable cause = error.getCause();
        for (int i = 0; cause != null && i < LONGEST_CHAIN; i++) {
            if (wanted.test(cause)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
