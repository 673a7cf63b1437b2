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
 * @param unleasedBefore pool instances that had backends and no lease in the previous pass
 */
public record Registry(
        int ownPid,
        String ownRole,
        String ownDatabase,
        int ownInstance,
        Set<Backend> ownBackends,
        Set<Integer> leased,
        Set<Integer> unleasedBefore) {

    public Registry {
        ownBackends = Set.copyOf(ownBackends);
        leased = Set.copyOf(leased);
        unleasedBefore = Set.copyOf(unleasedBefore);
    }
}
