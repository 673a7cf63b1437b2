package com.terafy.monitor.backends;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What pg_stat_database has counted for the database since its counters were reset.
 *
 * @param at when they were read, by the server's clock
 * @param serverStart when this server was started: counters of another are no continuation
 * @param reset when they were reset; empty if never
 * @param hits blocks found in the buffer cache
 * @param reads blocks that were not
 */
public record DatabaseCounters(
        Instant at, Instant serverStart, Optional<Instant> reset, long commits, long rollbacks, long hits, long reads) {

    /** Sessions report what they did a second later; over less than this a rate says nothing. */
    static final Duration SHORTEST = Duration.ofSeconds(2);

    /** Whether these are the counters of that reading, later. */
    public boolean continues(DatabaseCounters earlier) {
        return serverStart.equals(earlier.serverStart)
                && reset.equals(earlier.reset)
                && !at.isBefore(earlier.at)
                && commits >= earlier.commits
                && rollbacks >= earlier.rollbacks
                && hits >= earlier.hits
                && reads >= earlier.reads;
    }

    /** What happened between that reading and this one; empty where that is too short a time, or no continuation. */
    public Optional<Rates> since(DatabaseCounters earlier) {
        Duration time = Duration.between(earlier.at, at);
        if (!continues(earlier) || time.compareTo(SHORTEST) < 0) {
            return Optional.empty();
        }
        double seconds = time.toMillis() / 1000.0;
        long asked = hits - earlier.hits + reads - earlier.reads;
        return Optional.of(new Rates(
                rounded((commits - earlier.commits) / seconds),
                rounded((rollbacks - earlier.rollbacks) / seconds),
                asked == 0 ? Optional.empty() : Optional.of(rounded((hits - earlier.hits) / (double) asked))));
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }

    /**
     * What happens in a second.
     *
     * @param cacheHits share of the blocks that were found in the buffer cache, 0 to 1; empty if none was asked for
     */
    public record Rates(double commits, double rollbacks, Optional<Double> cacheHits) {}
}
