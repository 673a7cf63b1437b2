package com.terafy.ra.outcome;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Which history of transactions a server has, as far as any role may see it. An id of a transaction means the same
 * transaction only within one.
 *
 * @param system {@code system_identifier}, which a standby has in common with its primary
 * @param timeline the one that is written to; another one since each promotion
 * @param unbrokenSince when the statistics of the background writer began, in seconds since 1970: at the last crash. One that
 *     is orderly stopped keeps them. Null where it cannot be told
 */
record ServerHistory(
        String system, String timeline, @Nullable String unbrokenSince) {

    /** The columns of a query, in a server that is no standby. */
    static final String SYSTEM = "(SELECT system_identifier::text FROM pg_catalog.pg_control_system())";

    static final String TIMELINE =
            "pg_catalog.substr(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 1, 8)";

    static final String UNBROKEN_SINCE = "extract(epoch FROM pg_catalog.pg_stat_get_bgwriter_stat_reset_time())::text";

    /** How the history of a server that is asked stands to that of the server which had the transaction. */
    enum Relation {
        /** The same. */
        SAME,
        /** The same up to a crash, by which the ends may have been lost: ids may have been given again since. */
        INTERRUPTED,
        /** Of another server, or of one that was promoted. */
        OTHER
    }

    static ServerHistory of(ResultSet row, int first) throws SQLException {
        return new ServerHistory(row.getString(first), row.getString(first + 1), row.getString(first + 2));
    }

    Relation relationTo(ServerHistory asked) {
        if (!system.equals(asked.system) || !timeline.equals(asked.timeline)) {
            return Relation.OTHER;
        }
        return unbrokenSince != null && unbrokenSince.equals(asked.unbrokenSince)
                ? Relation.SAME
                : Relation.INTERRUPTED;
    }
}
