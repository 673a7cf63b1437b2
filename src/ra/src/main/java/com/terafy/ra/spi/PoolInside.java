package com.terafy.ra.spi;

import com.terafy.api.Borrower;
import com.terafy.api.ConnectionInfo;
import com.terafy.api.ConnectionState;
import com.terafy.api.EvictionReason;
import com.terafy.api.FlushMode;
import com.terafy.api.PoolIdentity;
import com.terafy.api.PoolOperations;
import com.terafy.api.PoolStatistics;
import com.terafy.pool.ledger.Borrow;
import com.terafy.pool.ledger.Entry;
import com.terafy.ra.tracking.BorrowerText;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postgresql.core.TransactionState;

/** The inside of a pool as {@code com.terafy.api} shows it. Holds no state of its own. */
final class PoolInside implements PoolOperations {

    private final ManagedPool pool;

    PoolInside(ManagedPool pool) {
        this.pool = pool;
    }

    @Override
    public String name() {
        return pool.name();
    }

    @Override
    public PoolIdentity identity() {
        return pool.identity();
    }

    @Override
    public Map<String, String> settings() {
        return pool.settings().shown();
    }

    @Override
    public PoolStatistics statistics() {
        return pool.counters()
                .snapshot(
                        pool.name(),
                        pool.settings().size().min(),
                        pool.settings().size().max(),
                        pool.ledger().occupancy());
    }

    @Override
    public List<ConnectionInfo> connections() {
        long nowNanos = pool.ticker().nanoTime();
        Instant now = Instant.now();
        return pool.connections().stream()
                .sorted(Comparator.comparingLong(
                        connection -> connection.entry().id()))
                .map(connection -> describe(connection, nowNanos, now))
                .toList();
    }

    private static ConnectionInfo describe(TerafyManagedConnection connection, long nowNanos, Instant now) {
        Entry entry = connection.entry();
        ConnectionState state = entry.isClaimed() ? ConnectionState.IDLE : entry.state();
        Borrow borrow = entry.borrow();
        boolean everBorrowed = entry.timesBorrowed() > 0;
        boolean everReturned = entry.lastUsedNanos() != entry.createdNanos();
        Duration running = borrow == null ? Duration.ZERO : Duration.ofNanos(nowNanos - borrow.sinceNanos());
        return new ConnectionInfo(
                entry.id(),
                state,
                entry.backendPid(),
                entry.backendStart(),
                before(now, nowNanos - entry.createdNanos()),
                everBorrowed ? Optional.of(before(now, nowNanos - entry.lastBorrowedNanos())) : Optional.empty(),
                everReturned ? Optional.of(before(now, nowNanos - entry.lastUsedNanos())) : Optional.empty(),
                entry.timesBorrowed(),
                Duration.ofNanos(entry.busyNanos()).plus(running),
                borrow == null ? Duration.ofNanos(nowNanos - entry.lastUsedNanos()) : Duration.ZERO,
                borrow == null
                        ? Optional.empty()
                        : Optional.of(describe(connection, borrow, before(now, running.toNanos()))));
    }

    private static Borrower describe(TerafyManagedConnection connection, Borrow borrow, Instant since) {
        return new Borrower(
                BorrowerText.deployment(borrow),
                borrow.thread().getName(),
                BorrowerText.location(borrow),
                since,
                connection.transaction().isManaged()
                        || connection.driverConnection().getTransactionState() != TransactionState.IDLE,
                BorrowerText.stack(borrow));
    }

    private static Instant before(Instant now, long nanos) {
        return now.minusNanos(nanos);
    }

    @Override
    public int flush(FlushMode mode) {
        int count = 0;
        for (TerafyManagedConnection connection : pool.connections()) {
            if (flush(connection, mode)) {
                count++;
            }
        }
        pool.sweep();
        return count;
    }

    /** True if it will be closed. What is claimed but not lent counts as idle, and is closed by who has claimed it. */
    private boolean flush(TerafyManagedConnection connection, FlushMode mode) {
        Entry entry = connection.entry();
        if (pool.ledger().tryRetire(entry, EvictionReason.FLUSH)) {
            return true;
        }
        boolean lent = entry.borrow() != null;
        if (entry.isOver() || (lent && mode == FlushMode.IDLE)) {
            return false;
        }
        entry.retireOnReturn(EvictionReason.FLUSH);
        if (lent && mode == FlushMode.ALL) {
            connection.abort(EvictionReason.FLUSH, new SQLException("The pool was flushed by an operator.", "08006"));
        }
        return true;
    }

    @Override
    public Connection openOutsidePool(String purpose) throws SQLException {
        return pool.openOutsidePool(purpose);
    }
}
