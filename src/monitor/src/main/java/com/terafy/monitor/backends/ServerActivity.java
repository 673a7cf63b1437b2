package com.terafy.monitor.backends;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the server showed at one moment.
 *
 * @param now the server's clock
 * @param rows the sessions of the database, longest unchanged first, hidden ones last
 * @param more whether there are more sessions than were read
 * @param leased pool instances that hold their lease
 * @param waits sessions that wait for a lock
 * @param limits how many connections the server takes
 * @param figures the database at a glance; empty where PostgreSQL refuses or takes too long
 * @param role the role that looked
 * @param reader process id of the session that looked
 */
public record ServerActivity(
        Instant now,
        List<ActivityRow> rows,
        boolean more,
        Set<Integer> leased,
        List<LockWait> waits,
        ServerLimits limits,
        Optional<DatabaseFigures> figures,
        String role,
        int reader) {

    public ServerActivity {
        rows = List.copyOf(rows);
        leased = Set.copyOf(leased);
        waits = List.copyOf(waits);
    }
}
