package com.terafy.ra.outcome;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * By what a transaction can be asked for after its session is gone; learned within it, before COMMIT is sent.
 *
 * @param transactionId its {@code xid8}
 * @param history where that id means this transaction
 */
public record CommitTrace(String transactionId, ServerHistory history) {

    private static final String OWN = "SELECT own::text, "
            + whereAssigned(ServerHistory.SYSTEM) + ", "
            + whereAssigned(ServerHistory.TIMELINE) + ", "
            + whereAssigned(ServerHistory.UNBROKEN_SINCE)
            + " FROM pg_catalog.pg_current_xact_id_if_assigned() AS own";

    private static String whereAssigned(String column) {
        return "CASE WHEN own IS NOT NULL THEN " + column + " END";
    }

    /** Asks for that of the transaction under way; empty if it has written nothing. One round trip. */
    public static Optional<CommitTrace> of(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                        connection.prepareStatement(OWN); // so that the server plans it once a session
                ResultSet row = statement.executeQuery()) {
            row.next();
            String id = row.getString(1);
            return id == null ? Optional.empty() : Optional.of(new CommitTrace(id, ServerHistory.of(row, 2)));
        }
    }
}
