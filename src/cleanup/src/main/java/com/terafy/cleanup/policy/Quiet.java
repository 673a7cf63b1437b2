package com.terafy.cleanup.policy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whom one look found quiet: a pool instance that has shown no sign of life, or a session of no pool that none says it has
 * lent. The same again means that nothing of it has moved in between, whatever became of the server's clock; and a session
 * that has come or gone is something that moved.
 *
 * @param instance of the pool; empty for a session of none
 * @param sessions all of the instance, or that one
 */
public record Quiet(Optional<Integer> instance, Set<Session> sessions) {

    public Quiet {
        sessions = Set.copyOf(sessions);
    }

    /**
     * One session, since it moved last.
     *
     * @param backend for good; empty where its start cannot be seen
     * @param applicationName by which it is known
     * @param stateChange since when it is in its state; empty where that cannot be seen
     */
    public record Session(Optional<Backend> backend, String applicationName, Optional<Instant> stateChange) {

        static Session of(BackendRow row) {
            return new Session(row.backend(), row.applicationName(), row.stateChange());
        }
    }

    static Quiet instance(int instance, List<BackendRow> rows) {
        return new Quiet(
                Optional.of(instance),
                rows.stream()
                        .filter(row -> row.instance().equals(Optional.of(instance)))
                        .map(Session::of)
                        .collect(Collectors.toSet()));
    }

    static Quiet session(BackendRow row) {
        return new Quiet(Optional.empty(), Set.of(Session.of(row)));
    }
}
