package com.terafy.monitor.backends;

import com.terafy.api.ConnectionInfo;
import com.terafy.api.ConnectionState;
import com.terafy.api.PoolIdentity;
import com.terafy.monitor.redaction.RedactedSql;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    /** Every backend without its query text: to count, filter and sort, for which 10,000 texts need not be read. */
    public List<Backend> untold() {
        return activity.map(reading -> {
                    Set<Integer> silent = reading.silent();
                    return reading.rows().stream()
                            .map(row -> of(row, reading, silent))
                            .toList();
                })
                .orElseGet(() -> pool.connections().stream().map(this::unseen).toList());
    }

    /** These with their query texts, without the values in them. */
    public List<Backend> redacted(List<Backend> untold) {
        return told(untold, RedactedSql::of);
    }

    /** These with their full query texts: for those who may see values. */
    public List<Backend> inFull(List<Backend> untold) {
        return told(untold, UnaryOperator.identity());
    }

    private List<Backend> told(List<Backend> untold, UnaryOperator<String> text) {
        Map<Integer, String> texts = new HashMap<>();
        activity.map(ServerActivity::rows).orElse(List.of()).stream()
                .filter(row -> !PoolIdentity.isLease(row.applicationName()))
                .forEach(row ->
                        row.query().filter(query -> !query.isEmpty()).ifPresent(query -> texts.put(row.pid(), query)));
        return untold.stream()
                .map(backend -> backend.telling(
                        Optional.ofNullable(texts.get(backend.pid())).map(text)))
                .toList();
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

    private Backend of(ActivityRow row, ServerActivity reading, Set<Integer> silent) {
        Optional<ConnectionInfo> connection = pool.connectionOf(row);
        boolean reads = row.pid() == reading.reader() || PoolIdentity.isLease(row.applicationName());
        Optional<Instant> stateChange = row.stateChange().filter(change -> !reads);
        Optional<Instant> transactionStart = row.transactionStart().filter(start -> !reads);
        Optional<Instant> queryStart = row.queryStart().filter(start -> !reads);
        boolean running = row.state().filter(BackendState::isRunning).isPresent();
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
                transactionStart,
                transactionStart.map(start -> age(start, reading.now())),
                queryStart,
                queryStart.filter(start -> running).map(start -> age(start, reading.now())),
                row.waitEvent(),
                Optional.empty(),
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
