package com.terafy.monitor.snapshot;

import com.terafy.api.FleetMember;
import com.terafy.api.FleetSummary;
import com.terafy.api.PoolOperations;
import com.terafy.monitor.backends.Backends;
import com.terafy.monitor.backends.PoolView;
import com.terafy.monitor.backends.ServerActivity;
import com.terafy.monitor.backends.TruthGap;
import java.util.List;
import java.util.Optional;

/**
 * What is known at one moment.
 *
 * @param database whether the database answers
 * @param pool the pool just after the reading, or now where that is older
 * @param activity the reading; empty while there is none
 * @param gaps where pool and PostgreSQL differed at the reading; empty while there is none
 */
public record Snapshot(DatabaseStatus database, PoolView pool, Optional<ServerActivity> activity, List<TruthGap> gaps) {

    /** The join. */
    public Backends backends() {
        return new Backends(pool, activity);
    }

    /**
     * Whether requests that need the database can be served: it answers, or is full and answers the sessions that the
     * pool has.
     */
    public boolean serves() {
        boolean full = database.cause().equals(Optional.of(DatabaseStatus.Cause.TOO_MANY_CONNECTIONS));
        return database.state() == DatabaseStatus.State.UP
                || (full && !pool.connections().isEmpty());
    }

    /**
     * The pools that live on PostgreSQL's server, with this one as it is now.
     *
     * @param ours all pools of this server; those of them that are in the list are as they are now, too
     */
    public List<FleetMember> fleet(PoolOperations pool, List<PoolOperations> ours) {
        List<FleetMember> members =
                FleetMember.withOwn(activity.map(ServerActivity::fleet).orElse(List.of()), pool);
        for (PoolOperations other : ours) {
            if (knows(other)) {
                members = FleetMember.withOwn(members, other);
            }
        }
        return members;
    }

    /** Whether the reading shows this pool: it is on the same server of PostgreSQL. */
    public boolean knows(PoolOperations other) {
        return activity.stream()
                .flatMap(reading -> reading.fleet().stream())
                .anyMatch(member -> member.is(other.identity()));
    }

    /** Whether the server gives what these may want at the same time; empty while the database cannot be asked. */
    public Optional<FleetSummary> capacity(PoolOperations pool, List<PoolOperations> ours) {
        boolean pooled = !pool.settings().getOrDefault("DB_POOLER", "none").equals("none");
        return activity.map(reading -> reading.summary(fleet(pool, ours), pooled));
    }
}
