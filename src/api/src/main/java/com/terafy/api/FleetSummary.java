package com.terafy.api;

import java.util.List;
import java.util.Optional;

/**
 * Whether PostgreSQL gives what all pools of the server may want at the same time.
 *
 * @param pools how many pools live
 * @param untold how many of them do not tell their maximum
 * @param most connections that the others may open together: of each its maximum, and {@link #BESIDE}
 * @param available what the server gives: max_connections less what is reserved; missing behind a pooler, which shares out
 *     what there is
 * @param exceeded whether that is too few; missing where it depends on what is not known
 * @param poolMaxToFit DB_POOL_MAX for each with which it would be enough; only where it is exceeded, and where there is one
 * @param maxConnectionsToFit max_connections with which it would be enough; only where it is exceeded
 */
public record FleetSummary(
        int pools,
        int untold,
        int most,
        Optional<Integer> available,
        Optional<Boolean> exceeded,
        Optional<Integer> poolMaxToFit,
        Optional<Integer> maxConnectionsToFit) {

    /** Sessions that a pool has beside those that it lends: its lease and the monitoring. */
    public static final int BESIDE = 2;

    /**
     * Adds up. Pure.
     *
     * @param maxConnections the server's max_connections
     * @param reserved of these, kept for superusers and for pg_use_reserved_connections
     * @param pooled whether something stands between the pool and PostgreSQL
     */
    public static FleetSummary of(List<FleetMember> pools, int maxConnections, int reserved, boolean pooled) {
        int untold = (int) pools.stream().filter(pool -> pool.max().isEmpty()).count();
        long wanted = pools.stream()
                .flatMap(pool -> pool.max().stream())
                .mapToLong(max -> (long) max + BESIDE)
                .sum();
        int most = (int) Math.min(Integer.MAX_VALUE, wanted); // anyone can say anything in his lease
        if (pooled) {
            return new FleetSummary(
                    pools.size(), untold, most, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
        }
        int available = maxConnections - reserved;
        boolean over = wanted > available;
        int each = pools.isEmpty() ? 0 : available / pools.size() - BESIDE;
        return new FleetSummary(
                pools.size(),
                untold,
                most,
                Optional.of(available),
                over || untold == 0 ? Optional.of(over) : Optional.empty(),
                Optional.of(each).filter(max -> over && max >= 1),
                Optional.of((int) Math.min(Integer.MAX_VALUE, wanted + reserved))
                        .filter(needed -> over));
    }
}
