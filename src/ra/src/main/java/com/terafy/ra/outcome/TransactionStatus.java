package com.terafy.ra.outcome;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What a server knows of a transaction by its id.
 *
 * @see <a href="https://www.postgresql.org/docs/current/functions-info.html">PostgreSQL, 9.27.9 Transaction ID and
 *     Snapshot Information Functions</a>
 */
enum TransactionStatus {
    IN_PROGRESS,
    COMMITTED,
    ABORTED,
    /** So old that the server does not know any more. */
    FORGOTTEN,
    /** No transaction has had this id yet. */
    NEVER_GIVEN;

    /** Invalid parameter value: what the server says to an id in the future. */
    private static final String IN_THE_FUTURE = "22023";

    private static final String STATUS = "SELECT pg_catalog.pg_xact_status(CAST(? AS text)::xid8)";

    /** Asks for that of the id. */
    static TransactionStatus of(Connection connection, String transactionId) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(STATUS)) {
            statement.setString(1, transactionId);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return named(row.getString(1));
            }
        } catch (SQLException refused) {
            if (IN_THE_FUTURE.equals(refused.getSQLState())) {
                return NEVER_GIVEN;
            }
            throw refused;
        }
    }

    private static TransactionStatus named(@Nullable String status) throws SQLException {
        if (status == null) {
            return FORGOTTEN;
        }
        return switch (status) {
            case "in progress" -> IN_PROGRESS;
            case "committed" -> COMMITTED;
            case "aborted" -> ABORTED;
            default -> throw new SQLException("pg_xact_status gave \"" + status + "\"", "0A000");
        };
    }
}
