package com.terafy.ra.lease;

import com.terafy.api.ConnectionWork;
import com.terafy.api.Lease;
import com.terafy.api.LeaseStatus;
import com.terafy.pool.time.Ticker;
import com.terafy.ra.Messages;
import com.terafy.ra.errors.PostgresErrors;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * Keeps one session outside the pool and says the {@link Lease} in it. Others may work with that session meanwhile, one at a
 * time: that shows as well that the pool lives.
 *
 * <p>Thread-safe.
 */
public final class LeaseKeeper {

    private static final System.Logger LOG = System.getLogger("com.terafy.lease");

    /** Longest wait for an answer; more than one statement of the backend cleanup may run. */
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(10);

    /** Between two attempts after one that was refused, for a wrong password for instance: the server counts these. */
    private static final Duration RELUCTANT_INTERVAL = Duration.ofSeconds(30);

    /** A renewal that comes later than this after the last comes after a pause. */
    private static final Duration LATE = Lease.INTERVAL.multipliedBy(3);

    /** Opens the session. */
    @FunctionalInterface
    public interface Opener {
        /** Logs in, tagged as the lease's. */
        Connection open() throws SQLException;
    }

    private final String pool;
    private final Ticker ticker;
    private final Opener opener;
    private final Supplier<Lease> says;
    private final boolean heard;
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicReference<@Nullable Connection> session = new AtomicReference<>(); // opened under the lock
    private volatile LeaseStatus status = new LeaseStatus(false, Optional.empty(), Optional.empty());
    private volatile Optional<Instant> serverStart = Optional.empty();
    private volatile Instant openedOn = Instant.EPOCH; // serverStart of the session; written under the lock
    private @Nullable Connection renewedIn; // under the lock
    private long renewedNanos; // under the lock
    private volatile long saidNanos;
    private volatile long dueNanos;
    private volatile @Nullable Refusal refusal;
    private volatile boolean closed;

    /** A login that would be refused once more, and until when none is tried. */
    private record Refusal(SQLException cause, long untilNanos) {}

    /**
     * A lease that nothing was said of yet.
     *
     * @param says what is to be said
     * @param heard false where it would be said in a session of somebody else, and is not said: there is no lease then
     */
    public LeaseKeeper(String pool, Ticker ticker, Opener opener, Supplier<Lease> says, boolean heard) {
        this.pool = pool;
        this.ticker = ticker;
        this.opener = opener;
        this.says = says;
        this.heard = heard;
        this.dueNanos = ticker.nanoTime();
        this.saidNanos = dueNanos - LONGEST_ANSWER.toNanos();
    }

    /** How it stands now; empty where there is none. */
    public Optional<LeaseStatus> status() {
        return heard ? Optional.of(status) : Optional.empty();
    }

    /** True if it is to be renewed; the next time only after an interval. For one thread. */
    public boolean isDue() {
        long now = ticker.nanoTime();
        if (closed || !heard || now - dueNanos < 0) {
            return false;
        }
        dueNanos = now + Lease.INTERVAL.toNanos();
        return true;
    }

    /**
     * On which server the pool is known to live by this session alone: {@code pg_postmaster_start_time}. Empty where there is
     * none; after the loss of one, and after a renewal that was late, until the next: a session that ends takes its sign of
     * life with it, so that who loses one after the other would never be seen.
     */
    public Optional<Instant> serverStart() {
        return serverStart;
    }

    /** True if what is said is said on that server: process ids of another mean nothing there. */
    public boolean isOn(Instant start) {
        return openedOn.equals(start);
    }

    /** The server gives sessions for the pool's own login: where it is not held, it is due at once. */
    public void hasten() {
        if (!status.held()) {
            refusal = null;
            dueNanos = ticker.nanoTime();
        }
    }

    /**
     * Says it; opens the session where there is none, and anew where it has ended. Does not wait for who works with the
     * session, nor throw.
     *
     * @return false if it could not be said, or who has the session has not got to that for too long
     */
    public boolean renew() {
        if (!lock.tryLock()) {
            return ticker.nanoTime() - saidNanos < LONGEST_ANSWER.toNanos();
        }
        try {
            Connection said = said();
            long now = ticker.nanoTime();
            boolean first = renewedIn == null;
            boolean again = said.equals(renewedIn) && now - renewedNanos <= LATE.toNanos();
            serverStart = first || again ? Optional.of(openedOn) : Optional.empty();
            renewedIn = said;
            renewedNanos = now;
            return true;
        } catch (SQLException | RuntimeException failed) {
            lost(failed);
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Says it, and works with its session.
     *
     * @throws SQLException if it cannot be said; with 55P03 if others have worked with it for longer than the patience
     */
    public <T, E extends Exception> T use(Duration patience, ConnectionWork<T, E> work) throws SQLException, E {
        lockWithin(patience);
        try {
            Connection connection = said();
            boolean worked = false;
            try {
                T result = work.run(connection);
                worked = true;
                return result;
            } finally {
                sayAgain(connection, worked);
            }
        } finally {
            lock.unlock();
        }
    }

    /** What others have worked on is the text in pg_stat_activity by now, and who looks would find nothing said. */
    private void sayAgain(Connection connection, boolean worked) {
        dueNanos = ticker.nanoTime();
        if (!worked && !isAsBefore(connection)) {
            drop();
            return;
        }
        try {
            sayIn(connection);
            dueNanos = ticker.nanoTime() + Lease.INTERVAL.toNanos();
        } catch (SQLException broken) {
            drop();
        }
    }

    private void lockWithin(Duration patience) throws SQLException {
        try {
            if (lock.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        throw new SQLTransientException(Messages.leaseInUse(pool, patience), "55P03");
    }

    private Connection said() throws SQLException {
        Connection held = session.get();
        if (held != null) {
            try {
                return sayIn(held);
            } catch (SQLException ended) {
                drop();
                if (ended.getCause() instanceof SocketTimeoutException) {
                    throw ended; // another wait would be as long
                }
            }
        }
        refuseIfClosed();
        Connection fresh = open();
        session.set(fresh);
        refuseIfClosed();
        fresh.setNetworkTimeout(Runnable::run, Math.toIntExact(LONGEST_ANSWER.toMillis()));
        openedOn = askServerStart(fresh);
        return sayIn(fresh);
    }

    private Connection open() throws SQLException {
        Refusal last = refusal;
        if (last != null && ticker.nanoTime() - last.untilNanos() < 0) {
            throw new SQLException(last.cause().getMessage(), last.cause().getSQLState(), last.cause());
        }
        try {
            Connection fresh = opener.open();
            refusal = null;
            return fresh;
        } catch (SQLException failed) {
            refusal = PostgresErrors.mayPass(failed)
                    ? null
                    : new Refusal(failed, ticker.nanoTime() + RELUCTANT_INTERVAL.toNanos());
            throw failed;
        }
    }

    private static Instant askServerStart(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_postmaster_start_time()")) {
            row.next();
            return row.getObject(1, OffsetDateTime.class).toInstant();
        }
    }

    private void refuseIfClosed() throws SQLException {
        if (closed) {
            drop(); // opened while it was being closed
            throw new SQLNonTransientConnectionException(Messages.poolIsStopped(pool), "08003");
        }
    }

    private Connection sayIn(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(heard ? says.get().sql() : "SELECT 1");
        }
        saidNanos = ticker.nanoTime();
        boolean again = !status.held() && status.problem().isPresent();
        status = new LeaseStatus(true, Optional.of(Instant.now()), Optional.empty());
        if (again) {
            LOG.log(System.Logger.Level.INFO, Messages.leaseHeldAgain(pool));
        }
        return connection;
    }

    private void lost(Exception cause) {
        drop();
        if (closed) {
            return;
        }
        boolean first = status.problem().isEmpty();
        status = new LeaseStatus(false, status.renewedAt(), Optional.of(Messages.endOf(cause)));
        if (first) {
            LOG.log(System.Logger.Level.WARNING, Messages.leaseLost(pool, cause));
        }
    }

    /** The server answers, and no transaction was left open. */
    private static boolean isAsBefore(Connection connection) {
        try {
            return connection.unwrap(BaseConnection.class).getTransactionState() == TransactionState.IDLE
                    && connection.isValid(1);
        } catch (SQLException broken) {
            return false;
        }
    }

    private void drop() {
        Connection held = session.getAndSet(null);
        serverStart = Optional.empty();
        if (held != null) {
            try {
                held.close();
            } catch (SQLException alreadyBroken) {
                // nothing is lost: the driver has closed the socket, or the server will
            }
        }
    }

    /** Gives it up for good, also under the feet of a thread that works with its session. */
    public void close() {
        closed = true;
        drop();
    }
}
