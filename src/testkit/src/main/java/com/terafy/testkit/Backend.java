package com.terafy.testkit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A client's server process as pg_stat_activity shows it to a superuser.
 *
 * @param pid its process id; ids are reused, only together with {@code backendStart} it names one process
 * @param database the database, usename the role, applicationName what the client calls itself, maybe empty
 * @param state for example {@code active}, {@code idle}, {@code idle in transaction}; null while it starts
 * @param stateChange when the state was entered; null while it starts
 * @param query the present or the last statement, maybe empty
 */
public record Backend(
        long pid,
        Instant backendStart,
        String database,
        String usename,
        String applicationName,
        @Nullable String state,
        @Nullable Instant stateChange,
        String query) {

    /** Whether it waits for a statement outside of a transaction. */
    public boolean isIdle() {
        return "idle".equals(state);
    }
}
