package com.terafy.monitor.backends;

import com.terafy.api.ConnectionInfo;
import com.terafy.api.ConnectionState;
import com.terafy.api.PoolIdentity;
import com.terafy.monitor.redaction.RedactedSql;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The join of pg_stat_activity and the pool, by pid and backend_start.
 *
 * @param pool what the pool believes
 * @param activity the last reading; empty while the database cannot be asked, and then only the pool's own
 *     connections are known
 */
public record Backends(PoolView pool, Optional<ServerActivity> activity) {

    /** Every backend, with query texts without their values. */
    public List<Backend> redacted() {
        return all(RedactedSql::of);
    }

    /** Every backend, with full query texts: for those who may see values. */
    public List<Backend> inFull() {
        return all(UnaryOperator.identity());
    }

    private List<Backend> all(UnaryOperator<String> text) {
        return activity.map(reading -> {
                    Set<Integer> silent = reading.silent();
                    return reading.rows().stream()
                            .map(row -> of(row, reading, silent, text))
                            .toList();
                })
                .orElseGet(() -> pool.connections().stream().map(this::unseen).toList());
    }

    /** Whose a backend is. */
    static BackendClass classOf(ActivityRow row, PoolView pool, Set<Integer> silent) {
        Optional<ConnectionInfo> connection = pool.connectionOf(row);
        if (connection.isPresent()) {
            return classOf(connection.get());
        }
        if (row.instance().isEmpty()) {
            return BackendClass.FOREIGN;
        }
        int instance = row.instance().get();
        if (instance == pool.identity().instance()) {
            return BackendClass.OURS_OUTSIDE;
        }
        return silent.contains(instance) ? BackendClass.ORPHAN : BackendClass.OTHER_NODE;
    }

    private static BackendClass classOf(ConnectionInfo connection) {
        boolean held = connection.borrower().isPresent() || connection.state() == ConnectionState.IN_USE;
        return held ? BackendClass.OURS_BORROWED : BackendClass.OURS_IDLE;
    }

    private Backend of(ActivityRow row, ServerActivity reading, Set<Integer> silent, UnaryOperator<String> text) {
        Optional<ConnectionInfo> connection = pool.connectionOf(row);
        boolean reads = row.pid() == reading.reader() || PoolIdentity.isLease(row.applicationName());
        Optional<Instant> stateChange = row.stateChange().filter(change -> !reads);
        return new Backend(
                row.pid(),
                row.backendStart(),
                classOf(row, pool, silent),
                row.backendStart().isEmpty(),
                true,
                row.user(),
                row.database(),
                row.applicationName(),
                row.clientAddress(),
                row.state(),
                stateChange,
                stateChange.map(change -> age(change, reading.now())),
                row.transactionStart().filter(start -> !reads),
                row.queryStart().filter(start -> !reads),
                row.waitEvent(),
                row.query().filter(query -> !reads && !query.isEmpty()).map(text),
                row.queryCut(),
                connection.map(ConnectionInfo::id),
                holder(connection));
    }

    private Optional<Backend.Holder> holder(Optional<ConnectionInfo> connection) {
        return connection.flatMap(ConnectionInfo::borrower).map(borrower -> Backend.Holder.of(borrower, pool.at()));
    }

    private Backend unseen(ConnectionInfo connection) {
        return new Backend(
                connection.backendPid(),
                Optional.of(connection.backendStart()),
                classOf(connection),
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                pool.identity().applicationName(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.of(connection.id()),
                holder(Optional.of(connection)));
    }

    private static Duration age(Instant since, Instant now) {
        Duration age = Duration.between(since, now);
        return age.isNegative() ? Duration.ZERO : age; // changed while the rows were read
    }
}
