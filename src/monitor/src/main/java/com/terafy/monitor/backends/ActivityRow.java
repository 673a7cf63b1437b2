package com.terafy.monitor.backends;

import com.terafy.api.PoolIdentity;
import java.time.Instant;
import java.util.Optional;

/**
 * One row of pg_stat_activity. Without pg_read_all_stats, everything of other roles' sessions but pid, user, database
 * and application_name is hidden, and empty here.
 *
 * @param queryCut whether the query is only the beginning of what was sent
 */
public record ActivityRow(
        int pid,
        Optional<Instant> backendStart,
        Optional<String> user,
        Optional<String> database,
        String applicationName,
        Optional<String> clientAddress,
        Optional<String> state,
        Optional<Instant> stateChange,
        Optional<Instant> transactionStart,
        Optional<Instant> queryStart,
        Optional<String> waitEvent,
        Optional<String> backendType,
        Optional<String> query,
        boolean queryCut) {

    /** The pool instance that the application_name names; anyone can set it. */
    Optional<Integer> instance() {
        return PoolIdentity.parse(applicationName).map(PoolIdentity::instance);
    }

    /** Whether it is that backend: pids are reused, the pair is not. */
    boolean is(int otherPid, Instant otherStart) {
        return pid == otherPid && backendStart.equals(Optional.of(otherStart));
    }
}
