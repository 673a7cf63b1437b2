package com.terafy.api;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Which entries of the history are wanted.
 *
 * @param pool only those about this pool; empty for all
 * @param kinds only these; empty for all
 * @param who only those of this user
 * @param since only those told then or later
 * @param until only those told before
 * @param before only those older than the entry with this id
 * @param limit most entries to give, at least 1
 */
public record HistoryQuery(
        Optional<String> pool,
        Set<HistoryKind> kinds,
        Optional<String> who,
        Optional<Instant> since,
        Optional<Instant> until,
        Optional<String> before,
        int limit) {

    public HistoryQuery {
        kinds = Set.copyOf(kinds);
        if (limit < 1) {
            throw new IllegalArgumentException("The limit is " + limit + ", but must be at least 1");
        }
    }

    /** Whether the entry is wanted, the limit apart. */
    public boolean matches(HistoryEntry entry) {
        return pool.map(entry.pool()::equals).orElse(true)
                && (kinds.isEmpty() || kinds.contains(entry.kind()))
                && who.map(entry.who()::equals).orElse(true)
                && since.map(from -> !entry.at().isBefore(from)).orElse(true)
                && until.map(entry.at()::isBefore).orElse(true)
                && before.map(id -> entry.id().compareTo(id) < 0).orElse(true);
    }
}
