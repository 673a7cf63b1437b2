package com.terafy.api;

import java.time.Instant;
import java.util.List;

/**
 * One pass of the backend cleanup.
 *
 * @param status what became of the pass
 * @param at the server's clock when the backends were read
 * @param who {@code timer}, or the administrator who asked for it; empty for a plan
 * @param verdicts one for every backend of the database that was seen, the spared ones too, longest unchanged first
 */
public record CleanupReport(CleanupStatus status, Instant at, String who, List<BackendVerdict> verdicts) {

    public CleanupReport {
        verdicts = List.copyOf(verdicts);
    }

    /** How many backends were to be ended by the rules. */
    public long chosen() {
        return verdicts.stream().filter(verdict -> verdict.reason().ends()).count();
    }

    /** How many backends came to this end. */
    public long count(TerminationOutcome outcome) {
        return verdicts.stream()
                .filter(verdict -> verdict.outcome().filter(outcome::equals).isPresent())
                .count();
    }
}
