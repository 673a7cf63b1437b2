package com.terafy.cleanup.policy;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Who is who, when backends are judged.
 *
 * @param ownPid process id of the cleanup's own session
 * @param ownRole role of that session
 * @param ownDatabase database of that session
 * @param ownInstance instance of the pool that this cleanup belongs to
 * @param ownBackends live backends of that pool, as the driver knows them: behind a pooler the pid is made up, the
 *     start is the server's
 * @param neighbours the other pool instances
 * @param pooler whether a pooler stands between that pool and the server
 */
public record Registry(
        int ownPid,
        String ownRole,
        String ownDatabase,
        int ownInstance,
        Set<Backend> ownBackends,
        Neighbours neighbours,
        boolean pooler) {

    public Registry {
        ownBackends = Set.copyOf(ownBackends);
    }

    /** Whether it is one of that pool. The start alone tells, to the microsecond; the pid may be a pooler's. */
    public boolean owns(Optional<Instant> backendStart) {
        return ownBackends.stream().anyMatch(own -> backendStart.equals(Optional.of(own.start())));
    }
}
