package com.terafy.monitor.backends;

import com.terafy.api.FleetMember;
import com.terafy.api.FleetSummary;
import com.terafy.api.LifeSigns;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the server showed at one moment.
 *
 * @param now the server's clock
 * @param serverStart when the server was started: another server has another time
 * @param rows the sessions of the database, longest unchanged first, hidden ones last
 * @param more whether there are more sessions than were read
 * @param waits sessions of the database that wait for a lock, some of them where there are very many
 * @param waiting how many wait
 * @param limits how many connections the server takes
 * @param figures the database at a glance; empty where PostgreSQL refuses or takes too long
 * @param fleet the pools that live, of all nodes and all databases of the server
 * @param role the role that looked
 * @param reader process id of the session that looked
 */
public record ServerActivity(
        Instant now,
        Instant serverStart,
        List<ActivityRow> rows,
        boolean more,
        List<LockWait> waits,
        int waiting,
        ServerLimits limits,
        Optional<DatabaseFigures> figures,
        List<FleetMember> fleet,
        String role,
        int reader) {

    public ServerActivity {
        rows = List.copyOf(rows);
        waits = List.copyOf(waits);
        fleet = List.copyOf(fleet);
    }

    /**
     * Whether the server gives what these pools may want at the same time.
     *
     * @param pools those of {@link #fleet}, with what is known better
     * @param pooled whether something stands between the pool and PostgreSQL
     */
    public FleetSummary summary(List<FleetMember> pools, boolean pooled) {
        return FleetSummary.of(pools, limits.maxConnections(), limits.reserved(), pooled);
    }

    /** Pool instances that have shown no sign of life. */
    Set<Integer> silent() {
        List<LifeSigns.Sign> signs = rows.stream()
                .flatMap(
                        row -> row.instance().map(instance -> new LifeSigns.Sign(instance, row.stateChange())).stream())
                .toList();
        return LifeSigns.silent(signs, now, LifeSigns.SILENCE);
    }
}
