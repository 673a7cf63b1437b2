package com.terafy.api;

import java.time.Instant;
import java.util.Optional;

/**
 * A backend as an administrator saw it when he decided to act on it.
 *
 * @param pid process id of the backend
 * @param backendStart its {@code pg_stat_activity.backend_start}, to the microsecond: pids are reused
 * @param queryStart its {@code query_start} then; empty: whatever it is by now
 * @param state its {@code state} then; empty: whatever it is by now
 */
public record SeenBackend(int pid, Instant backendStart, Optional<Instant> queryStart, Optional<String> state) {

    /** Known by its pid and its start only, whatever it does by now. */
    public static SeenBackend of(int pid, Instant backendStart) {
        return new SeenBackend(pid, backendStart, Optional.empty(), Optional.empty());
    }
}
