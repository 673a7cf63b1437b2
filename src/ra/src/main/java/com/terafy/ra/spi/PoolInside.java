package com.terafy.ra.spi;

import com.terafy.api.Borrower;
import com.terafy.api.ConnectionInfo;
import com.terafy.api.ConnectionState;
import com.terafy.api.ConnectionWork;
import com.terafy.api.EvictionReason;
import com.terafy.api.FlushMode;
import com.terafy.api.LeaseStatus;
import com.terafy.api.PoolIdentity;
import com.terafy.api.PoolOperations;
import com.terafy.api.PoolStatistics;
import com.terafy.api.SettingOrigin;
import com.terafy.pool.sessions.Borrow;
import com.terafy.pool.sessions.PooledSession;
import com.terafy.pool.settings.InvalidSettingsException;
import com.terafy.ra.Messages;
import com.terafy.ra.connect.Credentials;
import com.terafy.ra.tracking.BorrowerText;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.postgresql.core.TransactionState;

/** The inside of a pool as {@code com.terafy.api} shows it. Holds no state of its own. */
final class PoolInside implements PoolOperations {

    private static final System.Logger LOG = System.getLogger("com.terafy.adapter");

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
    public Optional<LeaseStatus> lease() {
        return pool.lease().status();
    }

    @Override
    public <T, E extends Exception> T onLease(Duration patience, ConnectionWork<T, E> work) throws SQLException, E {
        return pool.lease().use(patience, work);
    }

    @Override
    public Map<String, String> settings() {
        return pool.settings().shown();
    }

    @Override
    public Map<String, SettingOrigin> origins() {
        return pool.origins();
    }

    @Override
    public PoolStatistics statistics() {
        return pool.counters()
                .snapshot(
                        pool.name(),
                        pool.sessions().min(),
                        pool.sessions().max(),
                        pool.sessions().occupancy());
    }

    @Override
    public List<ConnectionInfo> connections() {
        long nowNanos = pool.ticker().nanoTime();
        Moments.Anchor wall = pool.moments().anchor(nowNanos, Instant.now());
        return pool.sessions()
                .sessions()
                .sorted(Comparator.comparingLong(PooledSession::id))
                .map(session -> describe(session, nowNanos, wall))
                .toList();
    }

    private static ConnectionInfo describe(
            PooledSession<Credentials, Session> session, long nowNanos, Moments.Anchor wall) {
        Borrow borrow = session.borrow();
        boolean everBorrowed = session.timesBorrowed() > 0;
        boolean everReturned = session.lastUsedNanos() != session.createdNanos();
        Duration running = borrow == null ? Duration.ZERO : Duration.ofNanos(nowNanos - borrow.sinceNanos());
        return new ConnectionInfo(
                session.id(),
                stateOf(session),
                session.session().physical().backendPid(),
                session.session().physical().backendStart(),
                session.session().physical().serverStart(),
                wall.at(session.createdNanos()),
                everBorrowed ? Optional.of(wall.at(session.lastBorrowedNanos())) : Optional.empty(),
                everReturned ? Optional.of(wall.at(session.lastUsedNanos())) : Optional.empty(),
                session.timesBorrowed(),
                Duration.ofNanos(session.busyNanos()).plus(running),
                borrow == null ? Duration.ofNanos(nowNanos - session.lastUsedNanos()) : Duration.ZERO,
                borrow == null
                        ? Optional.empty()
                        : Optional.of(describe(session.session(), borrow, wall.at(borrow.sinceNanos()))));
    }

    /** For an observer, one that is only looked at is idle. */
    private static ConnectionState stateOf(PooledSession<Credentials, Session> session) {
        return switch (session.state()) {
            case IDLE, LOOKED_AT -> ConnectionState.IDLE;
            case LENT -> ConnectionState.IN_USE;
            case ENDING -> ConnectionState.RETIRED;
        };
    }

    private static Borrower describe(Session session, Borrow borrow, Instant since) {
        TerafyManagedConnection holder = session.holder();
        return new Borrower(
                BorrowerText.deployment(borrow),
                borrow.thread().getName(),
                BorrowerText.location(borrow),
                since,
                (holder != null && holder.transaction().isManaged())
                        || session.driverConnection().getTransactionState() != TransactionState.IDLE,
                BorrowerText.stack(borrow));
    }

    @Override
    public int flush(FlushMode mode) {
        int count = pool.sessions().flush(mode);
        if (mode == FlushMode.ALL) {
            SQLException why = new SQLException(Messages.flushed(pool.name()), "08006");
            pool.sessions().sessions().forEach(session -> endInUse(session, why));
        }
        return count;
    }

    private static void endInUse(PooledSession<Credentials, Session> session, SQLException why) {
        TerafyManagedConnection holder = session.session().holder();
        if (holder != null) {
            holder.abort(EvictionReason.FLUSH, why);
        }
    }

    @Override
    public void pause() {
        pool.sessions().pause();
        LOG.log(System.Logger.Level.INFO, Messages.paused(pool.name()));
    }

    @Override
    public void resume() {
        pool.sessions().resume();
        LOG.log(System.Logger.Level.INFO, Messages.resumed(pool.name()));
    }

    @Override
    public boolean isPaused() {
        return pool.sessions().isPaused();
    }

    @Override
    public void change(Map<String, String> settings) {
        try {
            pool.change(settings);
        } catch (InvalidSettingsException wrong) {
            throw new IllegalArgumentException(wrong.getMessage(), wrong);
        }
        LOG.log(System.Logger.Level.INFO, Messages.changed(pool.name(), settings, changed()));
    }

    @Override
    public Map<String, String> changed() {
        Map<String, String> atStart = pool.settingsAtStart().shown();
        return pool.settings().shown().entrySet().stream()
                .filter(each -> !each.getValue().equals(atStart.get(each.getKey())))
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        each -> atStart.getOrDefault(each.getKey(), ""),
                        (one, other) -> one,
                        TreeMap::new));
    }

    @Override
    public Connection openOutsidePool(String purpose) throws SQLException {
        return pool.openOutsidePool(purpose);
    }
}
