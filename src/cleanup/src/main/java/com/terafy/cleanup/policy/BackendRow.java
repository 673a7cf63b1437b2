package com.terafy.cleanup.policy;

import com.terafy.api.Lease;
import com.terafy.api.PoolIdentity;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One row of pg_stat_activity. Without pg_read_all_stats everything but pid, user, database and application_name of
 * other roles' sessions is NULL there, empty here.
 *
 * @param pid process id
 * @param backendStart when it was started
 * @param user its role
 * @param database its database
 * @param applicationName chosen by its client: a hint, no proof
 * @param clientAddress where its client is; empty for a Unix socket too
 * @param state idle, active, and so on
 * @param stateChange since when it is in that state
 * @param backendType {@code client backend}, {@code walsender}, and so on
 * @param superuser whether its role is a superuser, or cannot be told
 * @param advisoryLock whether it holds an advisory lock, of session or transaction,
 * @param lease what a pool instance says of itself; empty if it is not the session of a lease
 */
public record BackendRow(
        int pid,
        Optional<Instant> backendStart,
        Optional<String> user,
        Optional<String> database,
        String applicationName,
        Optional<String> clientAddress,
        Optional<String> state,
        Optional<Instant> stateChange,
        Optional<String> backendType,
        boolean superuser,
        boolean advisoryLock,
        Optional<Lease> lease) {

    /** The backend for good; empty if its start cannot be seen. */
    public Optional<Backend> backend() {
        return backendStart.map(start -> new Backend(pid, start));
    }

    /** The pool instance that its application_name names; empty if that is no tag. */
    public Optional<Integer> instance() {
        return PoolIdentity.parse(applicationName).map(PoolIdentity::instance);
    }

    /** How long it has been in its state; empty if that cannot be seen. */
    public Optional<Duration> age(Instant now) {
        return stateChange.map(since -> Duration.between(since, now));
    }
}
