package com.terafy.ra.connect;

import com.terafy.pool.settings.TargetServerType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.postgresql.core.BaseConnection;

/**
 * What DB_TARGET_SERVER_TYPE demands of a server for as long as a connection to it is used, not only while connecting.
 * A primary is a server that accepts writes: so the driver has it, and so a server that was fenced by
 * {@code default_transaction_read_only} is none.
 *
 * @see <a href="https://www.postgresql.org/docs/current/hot-standby.html">PostgreSQL, Hot Standby</a>
 */
enum RequiredRole {
    /** Whatever it is; but who writes must get away from a replica, which would refuse every write. */
    ANY,
    /** Whatever it is; a replica is what is preferred, and refuses writes as it should. */
    REPLICA_PREFERRED,
    /** Accepts writes. */
    PRIMARY,
    /** Does not. */
    SECONDARY;

    private static final String READ_ONLY_SQL_TRANSACTION = "25006";
    private static final String IN_HOT_STANDBY = "in_hot_standby";
    private static final String DEFAULT_READ_ONLY = "default_transaction_read_only";

    static RequiredRole of(TargetServerType type) {
        return switch (type) {
            case PRIMARY -> PRIMARY;
            case SECONDARY -> SECONDARY;
            case PREFER_SECONDARY -> REPLICA_PREFERRED;
            case ANY, PREFER_PRIMARY -> ANY;
        };
    }

    /** Asks the server, outside a transaction; one round trip. */
    boolean isHeldBy(BaseConnection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW transaction_read_only")) {
            return row.next() && "on".equals(row.getString(1)) == (this == SECONDARY);
        }
    }

    /** True if the error makes it worth asking: the server refused a write that a primary would have done. */
    boolean isDoubtful(SQLException error) {
        return this == PRIMARY && READ_ONLY_SQL_TRANSACTION.equals(error.getSQLState());
    }

    /**
     * True if the error says that the role is lost. Since PostgreSQL 14 the server tells its state unasked; what the
     * application made read-only itself does not count.
     */
    boolean isLost(BaseConnection connection, SQLException error) throws SQLException {
        if (!READ_ONLY_SQL_TRANSACTION.equals(error.getSQLState())) {
            return false;
        }
        return switch (this) {
            case ANY -> isOn(connection, IN_HOT_STANDBY);
            case PRIMARY ->
                isOn(connection, IN_HOT_STANDBY) || (isOn(connection, DEFAULT_READ_ONLY) && !connection.isReadOnly());
            default -> false;
        };
    }

    /** True if it demands something of its server. */
    boolean isDemanding() {
        return this == PRIMARY || this == SECONDARY;
    }

    /**
     * False if the server has told unasked that the role is lost: with each answer, since PostgreSQL 14. For a session that
     * is as after its login.
     */
    boolean isReportedBy(BaseConnection connection) {
        return !isDemanding()
                || isReplica(connection).isEmpty()
                || (isOn(connection, IN_HOT_STANDBY) || isOn(connection, DEFAULT_READ_ONLY)) == (this == SECONDARY);
    }

    /** Whether the server is a replica, as it has told unasked; empty if it does not tell. */
    static Optional<Boolean> isReplica(BaseConnection connection) {
        return Optional.ofNullable(connection.getParameterStatus(IN_HOT_STANDBY))
                .map("on"::equals);
    }

    private static boolean isOn(BaseConnection connection, String parameter) {
        return "on".equals(connection.getParameterStatus(parameter));
    }
}
