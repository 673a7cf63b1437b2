package com.terafy.cleanup.policy;

import java.util.Set;

/**
 * Who is who, when backends are judged.
 *
 * @param ownPid process id of the cleanup's own session
 * @param ownRole role of that session
 * @param ownDatabase database of that session
 * @param ownInstance instance of the pool that this cleanup belongs to
 * @param ownBackends live backends of that pool
 * @param leased pool instances that hold their lease
 * @param gone pool instances that have been without their lease for long enough: {@link Sightings#gone}
 */
public record Registry(
        int ownPid,
        String ownRole,
        String ownDatabase,
        int ownInstance,
        Set<Backend> ownBackends,
        Set<Integer> leased,
        Set<Integer> gone) {

    public Registry {
        ownBackends = Set.copyOf(ownBackends);
        leased = Set.copyOf(leased);
        gone = Set.copyOf(gone);
    }
}
