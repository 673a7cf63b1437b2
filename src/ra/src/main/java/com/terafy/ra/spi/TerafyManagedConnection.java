package com.terafy.ra.spi;

import com.terafy.api.EvictionReason;
import com.terafy.pool.sessions.PooledSession;
import com.terafy.pool.settings.TransactionSupport;
import com.terafy.ra.Messages;
import com.terafy.ra.connect.Credentials;
import com.terafy.ra.connect.PhysicalConnection;
import com.terafy.ra.driver.DriverLock;
import com.terafy.ra.errors.PostgresErrors;
import com.terafy.ra.liveness.Liveness;
import com.terafy.ra.session.SessionState;
import com.terafy.ra.spans.Spans;
import jakarta.resource.NotSupportedException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.LocalTransaction;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionMetaData;
import jakarta.resource.spi.SecurityException;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.security.auth.Subject;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;

/**
 * What the container pools and hands out (Jakarta Connectors 2.1, 7.5.4): cheap, and without a session while nobody uses
 * it. A session is bound to it by {@link #getConnection} and goes back with {@link #cleanup} or {@link #destroy}.
 *
 * <p>Used by one thread at a time, except {@link #destroy()}, events and what only reads. Equal by identity.
 */
final class TerafyManagedConnection implements ManagedConnection {

    private static final System.Logger LOG = System.getLogger("com.terafy.connection");

    private final ManagedPool pool;
    private final LocalTransactionBoundary localTransaction = new LocalTransactionBoundary(this);
    private final XaBoundary xaBoundary = new XaBoundary(this);
    private final List<ConnectionEventListener> listeners = new CopyOnWriteArrayList<>();

    /** The handles that are open on this connection; mostly one. */
    private final Associations associations = new Associations();

    /** Null while it is bound to none. Written under this. */
    private volatile @Nullable Session session;

    /** The session's place in the pool; null for one that the pool does not count. Written under this. */
    private volatile @Nullable PooledSession<Credentials, Session> pooled;

    /** Whom the container gave it to, or who began a transaction with it; null while it is nobody's. */
    private final AtomicReference<@Nullable Thread> takenBy = new AtomicReference<>();

    /** Counts how often the container took it back, so that nothing is bound to it for a borrower who is gone. */
    private int uses;

    /** How many borrowers wait for a session to be bound to it. */
    private final AtomicInteger waiting = new AtomicInteger();

    /** The session has ended, and the container was told. */
    private volatile boolean broken;

    private volatile boolean destroyed;
    private boolean outOfPool;
    private @Nullable PrintWriter logWriter;

    TerafyManagedConnection(ManagedPool pool) {
        this.pool = pool;
    }

    /** Its session is opened for it, and closed with it: where there is no container. */
    void keepOutOfPool() {
        outOfPool = true;
    }

    boolean isBound() {
        return session != null;
    }

    Session boundSession() {
        Session bound = session;
        if (bound == null) {
            throw new IllegalStateException(this + " has no session");
        }
        return bound;
    }

    PhysicalConnection physical() {
        return boundSession().physical();
    }

    BaseConnection driverConnection() {
        return boundSession().driverConnection();
    }

    SessionState session() {
        return boundSession().state();
    }

    LocalTransactionBoundary transaction() {
        return localTransaction;
    }

    ThreadTransaction threadTransaction() {
        return pool.threadTransaction();
    }

    Duration validationTimeout() {
        return pool.validationTimeout();
    }

    Associations associations() {
        return associations;
    }

    Credentials credentials() {
        return physical().credentials();
    }

    /** Ticker reading of the last borrow. */
    long borrowedNanos() {
        PooledSession<Credentials, Session> mine = pooled;
        return mine == null ? pool.ticker().nanoTime() : mine.lastBorrowedNanos();
    }

    /**
     * The calling thread is about to use it.
     *
     * @return false if it is another thread's: the container takes part of what a thread has borrowed for its own still, where
     *     that was given back on another thread, as an abandoned handle is
     */
    boolean take() {
        Thread current = Thread.currentThread();
        return takenBy.compareAndSet(null, current) || current.equals(takenBy.get());
    }

    boolean isOf(ManagedPool candidate) {
        return pool == candidate;
    }

    /**
     * Opens a handle, and binds a session if none is bound. Where none is to be had the container takes this connection
     * back as it is, without a word in its log.
     */
    @Override
    public Object getConnection(@Nullable Subject subject, @Nullable ConnectionRequestInfo request)
            throws ResourceException {
        int before = uses();
        use(SignOn.credentials(pool, subject, request), before);
        Association association = new Association(this);
        requireSameUse(before, () -> associations.add(association));
        return association;
    }

    /** The container may take it back meanwhile, as a transaction's time is over: then it is not this borrower's any more. */
    private void requireSameUse(int before, Runnable step) throws ResourceException {
        synchronized (this) {
            if (uses == before) {
                step.run();
                return;
            }
        }
        throw late();
    }

    private ResourceException late() {
        SQLException late = new SQLException(Messages.transactionEndedMeanwhile(pool.name()), "25000");
        BorrowAttempt.answerCurrent(late);
        return new ResourceException(late.getMessage(), late);
    }

    /** Moves a handle from another connection of this adapter to this one (8.11.2). */
    @Override
    public void associateConnection(Object connection) throws ResourceException {
        if (!(connection instanceof Association association)) {
            throw new ResourceException("TERAFY0215: not a handle of this adapter: " + connection);
        }
        if (!association.isOpen()) {
            throw new jakarta.resource.spi.IllegalStateException("TERAFY0244: the handle is closed.");
        }
        int before = uses();
        use(association.credentials(), before);
        requireSameUse(before, () -> association.moveTo(this));
    }

    private void use(Credentials credentials, int before) throws ResourceException {
        if (!isBound()) {
            bind(credentials, before);
            return;
        }
        if (!credentials().equals(credentials)) {
            throw new SecurityException("TERAFY0213: Pool " + pool.name() + ": this connection belongs to "
                    + credentials() + " and PostgreSQL cannot change the role of a session.");
        }
        requireAlive();
        restoreContext();
    }

    private void bind(Credentials credentials, int before) throws ResourceException {
        waiting.incrementAndGet();
        try {
            bindToOne(credentials, before);
        } finally {
            waiting.decrementAndGet();
        }
        try {
            localTransaction.bound();
            xaBoundary.bound();
        } catch (SQLException failed) {
            failed(failed);
            BorrowAttempt.answerCurrent(failed);
            throw new ResourceException(failed.getMessage(), failed);
        }
    }

    private void bindToOne(Credentials credentials, int before) throws ResourceException {
        PooledSession<Credentials, Session> borrowed = null;
        Session fresh;
        if (outOfPool || listeners.isEmpty()) { // the container keeps one for the recovery of transactions, unheard
            fresh = pool.openAlone(credentials);
        } else {
            borrowed = pool.borrow(credentials);
            fresh = borrowed.session();
        }
        if (!tryBind(before, borrowed, fresh)) {
            giveUp(borrowed, fresh);
            throw late();
        }
    }

    /** Counts how often the container took it back. */
    synchronized int uses() {
        return uses;
    }

    private synchronized boolean tryBind(
            int before, @Nullable PooledSession<Credentials, Session> borrowed, Session fresh) {
        if (uses != before || destroyed) {
            return false;
        }
        broken = false;
        pooled = borrowed;
        session = fresh;
        fresh.heldBy(this);
        return true;
    }

    private void giveUp(@Nullable PooledSession<Credentials, Session> borrowed, Session fresh) {
        if (borrowed == null) {
            fresh.physical().close();
        } else {
            pool.sessions().giveBack(borrowed);
        }
    }

    /** True if a session can be had for it and its server answers; it keeps none for that. */
    boolean isValid() {
        if (isBound()) {
            return physical().isOpen();
        }
        try {
            PooledSession<Credentials, Session> borrowed = pool.borrow(pool.ownCredentials());
            boolean answers = pool.liveness().validate(borrowed.session().physical());
            if (answers) {
                pool.sessions().giveBack(borrowed);
            } else {
                pool.sessions().evict(borrowed, EvictionReason.VALIDATION_FAILED);
            }
            return answers;
        } catch (ResourceException | RuntimeException none) {
            return false;
        }
    }

    /** Binds a session of its own, if none is bound: branches are recovered in any. */
    void bindForRecovery() throws ResourceException {
        if (destroyed && !isBound()) {
            throw new jakarta.resource.spi.IllegalStateException(Messages.endedConnection(toString()));
        }
        if (!isBound()) {
            bind(pool.ownCredentials(), uses());
        }
    }

    /** In a transaction nothing else would do: if its session has ended, the borrower is told now, not by a statement. */
    private void requireAlive() throws ResourceException {
        try {
            if (!DriverLock.isHeldByAnotherThread(driverConnection())
                    && !pool.liveness().isSilent(physical())) {
                physical().ask(answerWithin());
            }
        } catch (SQLException ended) {
            failed(ended);
            SQLException answer = PooledDataSource.lostSession(pool, Messages.endedBy(ended));
            BorrowAttempt.answerCurrent(answer);
            throw new ResourceException(answer.getMessage(), answer);
        }
    }

    /** A borrow in the transaction that is under way set variables for itself, and has ended. */
    private void restoreContext() throws ResourceException {
        if (!session().hasToRestore()) {
            return;
        }
        Runnable lift = pool.upkeep().limit(answerWithin(), physical()::abort);
        try {
            session().restore();
        } catch (SQLException failed) {
            failed(failed);
            throw new ResourceException(failed.getMessage(), failed);
        } finally {
            lift.run();
        }
    }

    /** As long as the current borrower waits at most, and no longer than the validation timeout. */
    private Duration answerWithin() {
        Duration left =
                BorrowAttempt.currentOr(pool.ticker(), pool.acquireTimeout()).left();
        Duration longer = left.compareTo(Liveness.SHORT_CHANCE) < 0 ? Liveness.SHORT_CHANCE : left;
        return longer.compareTo(pool.validationTimeout()) < 0 ? longer : pool.validationTimeout();
    }

    /** A transaction cannot end while the driver waits for the end of a COPY: the connection is closed instead. */
    void requireNoCopy() throws SQLException {
        if (session().isCopying()) {
            SQLException unfinished =
                    new SQLException(Messages.copyUnfinished(physical().backendPid()), "55000");
            abort(EvictionReason.RESET_FAILED, unfinished);
            throw unfinished;
        }
    }

    /** Ends what another thread is executing; it gets 57014. */
    void cancelStatement() {
        try {
            if (physical().isHeldByAnotherThread()) {
                driverConnection().cancelQuery();
            }
        } catch (SQLException unreachable) {
            LOG.log(System.Logger.Level.DEBUG, () -> this + ": not cancelled: " + unreachable.getMessage());
        }
    }

    /** Rolls back what is open, within the validation timeout; after that the session is ended. */
    void rollBack() throws SQLException {
        Runnable lift = limitAnswer();
        try {
            session().rollBack();
        } finally {
            lift.run();
        }
    }

    /** What is done now is to be done within the validation timeout, or else the session is ended; runs what lifts that. */
    Runnable limitAnswer() {
        return pool.upkeep().limit(pool.validationTimeout(), physical()::abort);
    }

    /**
     * Makes it ready for the next borrower: invalidates all handles; the session is rolled back, put back as it was, and
     * goes to the pool (7.5.4.4). If that fails the session ends; this connection is as good as before.
     *
     * @throws ResourceException if somebody waits for a session in it still, as where his transaction has timed out: the container would
     *     give it to the next borrower, and take it back from him when the wait of the former one ends
     */
    @Override
    public void cleanup() throws ResourceException {
        leave(true);
        if (waiting.get() > 0) {
            throw new ResourceException(Messages.takenBackFromWaiter(pool.name()));
        }
    }

    /** First nobody can get at the session through this connection any more, then what is open on it is closed. */
    private void leave(boolean fit) {
        Session former;
        PooledSession<Credentials, Session> place;
        synchronized (this) {
            uses++;
            former = session;
            place = pooled;
            session = null;
            pooled = null;
        }
        boolean quiet = associations.invalidate();
        localTransaction.forget();
        boolean inBranch = xaBoundary.forget();
        takenBy.set(null);
        if (former == null) {
            return;
        }
        former.heldBy(null);
        if (inBranch) {
            former.forgetBranch();
        }
        boolean free = fit && quiet && !former.physical().isHeldByAnotherThread();
        if (place == null) {
            end(former.physical(), free);
        } else {
            boolean reset = false;
            try {
                reset = free && isReset(former);
            } finally {
                leave(former, place, reset);
            }
        }
    }

    private void leave(Session former, PooledSession<Credentials, Session> place, boolean reset) {
        if (!reset) {
            pool.sessions().evict(place, EvictionReason.RESET_FAILED);
            return;
        }
        former.hear();
        if (!former.physical().hasRole()) {
            pool.liveness().alarm(); // by the server or by its borrower's SET: it is asked of each before it is lent
        }
        pool.sessions().giveBack(place);
    }

    private static void end(PhysicalConnection alone, boolean free) {
        if (free) {
            alone.close();
        } else {
            alone.abort();
        }
    }

    /** No answer within the validation timeout is as bad here as there. */
    private boolean isReset(Session former) {
        SessionState state = former.state();
        PhysicalConnection physical = former.physical();
        try {
            if (state.isUntouched()) {
                return true;
            }
            if (state.needsServer()) {
                physical.boundAnswers(pool.validationTimeout());
                state.reset();
                physical.boundAnswers(pool.settings().server().socketTimeout());
            } else {
                state.reset();
            }
            return true;
        } catch (SQLException failed) {
            pool.notReset(physical, failed);
            return false;
        }
    }

    /**
     * The container forgets this connection. A session that works stays with the handles that are open, and in the
     * transaction that is under way, and goes back with the last of them; so an operator's flush of the container's pool
     * hurts nobody.
     */
    @Override
    public void destroy() {
        synchronized (this) {
            destroyed = true;
        }
        tellThatItIsNobodys();
        if (broken || outOfPool || pooled == null) {
            leave(!broken);
        } else {
            leaveIfDone();
        }
    }

    /**
     * The container knows of each thread what it has borrowed, listens no more from now on, and would have this connection take
     * part in the thread's next transaction, where a commit has failed and its handle is open still.
     */
    private void tellThatItIsNobodys() {
        if (Thread.currentThread().equals(takenBy.get())) {
            associations.forEach(this::fireClosed);
        }
    }

    /** True if its session has ended, and the container was told. */
    boolean isBroken() {
        return broken;
    }

    /** After the end of a transaction, or of a handle. */
    void leaveIfDone() {
        if (destroyed && associations.isEmpty() && !localTransaction.isManaged()) {
            leave(true);
        }
    }

    /** True if the container has forgotten it, so that it takes part in no further transaction. */
    boolean isDestroyed() {
        return destroyed;
    }

    @Override
    public void addConnectionEventListener(ConnectionEventListener listener) {
        listeners.add(listener);
    }

    @Override
    public void removeConnectionEventListener(ConnectionEventListener listener) {
        listeners.remove(listener);
    }

    /** Always the same one; only where DB_TRANSACTION_SUPPORT is xa. */
    @Override
    public XAResource getXAResource() throws ResourceException {
        if (pool.settings().transactionSupport() != TransactionSupport.XA) {
            throw new NotSupportedException(Messages.noXa(pool.name()));
        }
        return xaBoundary;
    }

    @Override
    public LocalTransaction getLocalTransaction() {
        return localTransaction;
    }

    /** Not after the end of its session (7.5.5). */
    @Override
    public ManagedConnectionMetaData getMetaData() throws ResourceException {
        Session bound = session;
        if (destroyed || (bound != null && !bound.physical().isOpen())) {
            throw new jakarta.resource.spi.IllegalStateException(Messages.endedConnection(toString()));
        }
        Credentials user =
                bound == null ? pool.ownCredentials() : bound.physical().credentials();
        return new ConnectionMetaData(
                pool.product(), user.user(), pool.sessions().max());
    }

    /** The factory's to begin with (7.6.2). Nothing is written to it: Terafy logs by System.Logger. */
    @Override
    public void setLogWriter(@Nullable PrintWriter out) {
        logWriter = out;
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return logWriter;
    }

    /** The application closed a handle: the container takes the connection back when it was the last. */
    void handleClosed(Association association) {
        if (!associations.remove(association)) {
            return; // the container has taken the connection back meanwhile, and may have lent it to somebody else
        }
        fireClosed(association);
        leaveIfDone();
    }

    private void fireClosed(Association association) {
        ConnectionEvent event = new ConnectionEvent(this, ConnectionEvent.CONNECTION_CLOSED);
        event.setConnectionHandle(association);
        for (ConnectionEventListener listener : listeners) {
            listener.connectionClosed(event);
        }
    }

    /** The application began or ended a transaction of its own; only where no JTA transaction does. */
    void fireLocalTransaction(int eventType) {
        ConnectionEvent event = new ConnectionEvent(this, eventType);
        for (ConnectionEventListener listener : listeners) {
            switch (eventType) {
                case ConnectionEvent.LOCAL_TRANSACTION_STARTED -> listener.localTransactionStarted(event);
                case ConnectionEvent.LOCAL_TRANSACTION_COMMITTED -> listener.localTransactionCommitted(event);
                default -> listener.localTransactionRolledback(event);
            }
        }
    }

    /**
     * Reports an error that ended the connection, or for which it is of no more use, once, just before it is thrown
     * (7.5.6.1).
     */
    void failed(SQLException error) {
        Session bound = session;
        if (bound == null) {
            return;
        }
        PhysicalConnection physical = bound.physical();
        if (physical.isOpen() && !PostgresErrors.endsConnection(error) && !physical.hasLostRole(error)) {
            if (physical.isRoleDoubtful(error)) {
                pool.liveness().alarm();
            }
            localTransaction.failedBy(error);
            return;
        }
        if (physical.hasLostRole(error)) {
            pool.writeRefused(error);
        }
        PooledSession<Credentials, Session> place = pooled;
        if (place == null ? !broken : pool.broke(place)) {
            if (localTransaction.isManaged()) {
                threadTransaction().lostSession(Messages.endedBy(error));
            }
            fireError(error);
            Spans.sessionLost(pool.name(), error);
        }
    }

    /** Ends the connection at the wish of its borrower or of an operator; the container is told and destroys it. */
    void abort(EvictionReason reason, SQLException why) {
        Session bound = session;
        PooledSession<Credentials, Session> place = pooled;
        if (bound == null) {
            return;
        }
        if (place == null) {
            bound.physical().abort();
        }
        if (place == null ? !broken : pool.sessions().evict(place, reason)) {
            fireError(why);
        }
    }

    private void fireError(SQLException error) {
        broken = true;
        LOG.log(
                System.Logger.Level.DEBUG,
                Messages.connectionBroke(pool.name(), physical().backendPid(), error));
        ConnectionEvent event = new ConnectionEvent(this, ConnectionEvent.CONNECTION_ERROR_OCCURRED, error);
        for (ConnectionEventListener listener : listeners) {
            listener.connectionErrorOccurred(event);
        }
    }

    @Override
    public String toString() {
        Session bound = session;
        return bound == null
                ? "Terafy connection of pool " + pool.name()
                : "Terafy connection to backend " + bound.physical().backendPid() + " of pool " + pool.name();
    }
}
