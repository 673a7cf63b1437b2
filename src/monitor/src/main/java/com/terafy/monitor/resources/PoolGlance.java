package com.terafy.monitor.resources;

import com.terafy.api.ConnectionInfo;
import com.terafy.api.FleetSummary;
import com.terafy.api.LeaseStatus;
import com.terafy.api.PoolOperations;
import com.terafy.api.PoolStatistics;
import com.terafy.monitor.backends.Backend;
import com.terafy.monitor.backends.BackendClass;
import com.terafy.monitor.backends.ServerActivity;
import com.terafy.monitor.backends.ServerLimits;
import com.terafy.monitor.history.Sample;
import com.terafy.monitor.parameters.Rule;
import com.terafy.monitor.snapshot.DatabaseStatus;
import com.terafy.monitor.snapshot.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * A pool at a glance: all that says whether it is well.
 *
 * <p>While the database cannot be asked, what only it knows is missing.
 *
 * @param host where the database is, as the settings have it
 * @param databaseName its name
 * @param readiness whether the server is not ready while this database cannot be used
 * @param paused whether borrowers wait until it is resumed
 * @param total connections that are open or being opened
 * @param timeouts borrows that timed out in the last 15 minutes
 * @param creationFailures attempts to open a connection that failed in the last 15 minutes
 * @param lease by which other nodes know that the pool lives; missing where there can be none
 * @param overdue connections that are held beyond the leak threshold; missing while that is off
 * @param idleInTransaction backends that are idle in a transaction beyond the limit of the backend cleanup
 * @param orphans backends of instances that have gone
 * @param waitingForLocks sessions of the database that wait for a lock
 * @param gaps where the pool believes one thing and PostgreSQL says another
 * @param server how many connections the whole server takes and has
 * @param fleet whether PostgreSQL gives what all pools of the server may want at the same time
 */
public record PoolGlance(
        String pool,
        String host,
        String databaseName,
        DatabaseStatus database,
        boolean readiness,
        boolean paused,
        int min,
        int max,
        int total,
        int idle,
        int inUse,
        int beingCreated,
        int waiting,
        long timeouts,
        long creationFailures,
        Optional<LeaseStatus> lease,
        Optional<Beyond> overdue,
        Optional<Beyond> idleInTransaction,
        Optional<Integer> orphans,
        Optional<Integer> waitingForLocks,
        Optional<Integer> gaps,
        Optional<ServerLimits> server,
        Optional<FleetSummary> fleet) {

    private static final String LEAK_THRESHOLD = "DB_POOL_LEAK_THRESHOLD";
    private static final String IDLE_IN_TRANSACTION = "DB_CLEANUP_IDLE_IN_TRANSACTION_LIMIT";

    /**
     * How many are beyond a limit.
     *
     * @param limit as the settings have it
     */
    public record Beyond(int count, String limit) {}

    /**
     * Of what is known. Pure but for the pool.
     *
     * @param samples of the last 15 minutes, oldest first
     * @param ours all pools of this server
     */
    static PoolGlance of(
            PoolOperations pool, List<Sample> samples, Snapshot snapshot, List<PoolOperations> ours, Instant now) {
        PoolStatistics statistics = pool.statistics();
        Map<String, String> settings = pool.settings();
        Optional<ServerActivity> activity = snapshot.activity();
        List<Backend> backends =
                activity.isEmpty() ? List.of() : snapshot.backends().untold();
        return new PoolGlance(
                pool.name(),
                settings.getOrDefault("DB_HOST", ""),
                settings.getOrDefault("DB_NAME", ""),
                snapshot.database(),
                !"false".equals(settings.get("DB_POOL_READINESS")),
                pool.isPaused(),
                statistics.min(),
                statistics.max(),
                statistics.total(),
                statistics.idle(),
                statistics.inUse(),
                statistics.beingCreated(),
                statistics.waiting(),
                statistics.timeouts() - first(samples, Sample::timeouts, statistics.timeouts()),
                statistics.creationFailures() - first(samples, Sample::creationFailures, statistics.creationFailures()),
                pool.lease(),
                beyond(settings, LEAK_THRESHOLD, limit -> overdue(pool.connections(), limit, now)),
                activity.flatMap(
                        reading -> beyond(settings, IDLE_IN_TRANSACTION, limit -> idleInTransaction(backends, limit))),
                activity.map(reading -> (int) backends.stream()
                        .filter(backend -> backend.class_() == BackendClass.ORPHAN)
                        .count()),
                activity.map(ServerActivity::waiting),
                activity.map(reading -> snapshot.gaps().size()),
                activity.map(ServerActivity::limits),
                snapshot.capacity(pool, ours));
    }

    @FunctionalInterface
    private interface Count {
        long of(Sample sample);
    }

    private static long first(List<Sample> samples, Count count, long now) {
        return samples.isEmpty() ? now : count.of(samples.get(0));
    }

    private static Optional<Beyond> beyond(Map<String, String> settings, String name, ToIntFunction<Duration> counted) {
        String limit = settings.getOrDefault(name, "");
        return Rule.Span.parse(limit).map(span -> new Beyond(counted.applyAsInt(span), limit));
    }

    private static int overdue(List<ConnectionInfo> connections, Duration limit, Instant now) {
        return (int) connections.stream()
                .flatMap(connection -> connection.borrower().stream())
                .filter(borrower -> borrower.since().plus(limit).isBefore(now))
                .count();
    }

    private static int idleInTransaction(List<Backend> backends, Duration limit) {
        return (int) backends.stream()
                .filter(backend -> backend.state().orElse("").startsWith("idle in transaction"))
                .filter(backend -> backend.idle().orElse(Duration.ZERO).compareTo(limit) > 0)
                .count();
    }
}
