package com.terafy.ra.spi;

import com.terafy.api.ConnectionState;
import com.terafy.api.EvictionReason;
import com.terafy.pool.ledger.Entry;
import com.terafy.pool.settings.TransactionSupport;
import com.terafy.ra.Messages;
import com.terafy.ra.connect.Credentials;
import com.terafy.ra.connect.PhysicalConnection;
import com.terafy.ra.errors.PostgresErrors;
import com.terafy.ra.session.SessionState;
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
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.security.auth.Subject;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;

/**
 * One physical connection as the container sees it (Jakarta Connectors 2.1, 7.5.4). It is entered in the pool's ledger
 * when the container attaches its first listener: what the container keeps for the recovery of transactions has none
 * and is no part of the pool.
 *
 * <p>Used by one thread at a time, except {@link #destroy()}, events and what only reads. Equal by identity.
 */
final class TerafyManagedConnection implements ManagedConnection {

    private static final System.Logger LOG = System.getLogger("com.terafy.connection");

    private final ManagedPool pool;
    private final PhysicalConnection physical;
    private final SessionState session;
    private final LocalTransactionBoundary localTransaction;
    private final List<ConnectionEventListener> listeners = new CopyOnWriteArrayList<>();

    /** The handles that are open on this connection; mostly one. */
    private final Associations associations = new Associations();

    private volatile @Nullable Entry entry;
    private @Nullable XaBoundary xaBoundary;
    private @Nullable PrintWriter logWriter;

    TerafyManagedConnection(ManagedPool pool, PhysicalConnection physical) throws SQLException {
        this.pool = pool;
        this.physical = physical;
        refreshHazards();
        this.session = new SessionState(
                physical.driverConnection(), pool.settings().session().reset(), pool.hazards());
        this.localTransaction = new LocalTransactionBoundary(this);
    }

    /** Bounded by what a login may take: the catalogs may be large. */
    void refreshHazards() throws SQLException {
        physical.boundAnswers(pool.loginTimeout());
        pool.hazards().refresh(physical.driverConnection());
        physical.boundAnswers(pool.settings().server().socketTimeout());
    }

    PhysicalConnection physical() {
        return physical;
    }

    BaseConnection driverConnection() {
        return physical.driverConnection();
    }

    SessionState session() {
        return session;
    }

    LocalTransactionBoundary transaction() {
        return localTransaction;
    }

    ThreadTransaction threadTransaction() {
        return pool.threadTransaction();
    }

    /** Ends what another thread is executing; it gets 57014. Nothing, if nothing is executed. */
    void cancelStatement() {
        try {
            driverConnection().cancelQuery();
        } catch (SQLException unreachable) {
            LOG.log(System.Logger.Level.DEBUG, () -> this + ": not cancelled: " + unreachable.getMessage());
        }
    }

    Associations associations() {
        return associations;
    }

    /** Its place in the ledger; only once the container has taken it into its pool. */
    Entry entry() {
        return Objects.requireNonNull(entry, "not taken into a pool yet");
    }

    /** Ticker reading of the last borrow. */
    long borrowedNanos() {
        Entry mine = entry;
        return mine == null ? pool.ticker().nanoTime() : mine.lastBorrowedNanos();
    }

    boolean isPooled() {
        return entry != null;
    }

    boolean isOf(ManagedPool candidate) {
        return pool == candidate;
    }

    /** True if the container may hand it out for these credentials: PostgreSQL cannot change the role of a session. */
    boolean matches(Credentials credentials) {
        return physical.credentials().equals(credentials);
    }

    /** Opens a handle. The container has matched this connection or just created it. */
    @Override
    public Object getConnection(@Nullable Subject subject, @Nullable ConnectionRequestInfo request)
            throws ResourceException {
        if (!matches(SignOn.credentials(pool, subject, request))) {
            throw new SecurityException("TERAFY0213: Pool " + pool.name() + ": this connection belongs to "
                    + physical.credentials() + " and PostgreSQL cannot change the role of a session.");
        }
        requireInUse();
        restoreContext();
        Association association = new Association(this);
        associations.add(association);
        return association;
    }

    /** One that was matched is in use already; a new one is borrowed now. */
    private void requireInUse() throws ResourceException {
        Entry mine = entry;
        if (mine != null && mine.state() == ConnectionState.IDLE) {
            pool.ledger().tryBorrow(mine, pool.ticker().nanoTime());
        }
        if (mine != null && mine.state() != ConnectionState.IN_USE) {
            throw new ResourceException(
                    "TERAFY0214: Pool " + pool.name() + ": " + mine + " cannot be handed out any more.");
        }
    }

    /** A borrow in the transaction that is under way set variables for itself, and has ended. */
    private void restoreContext() throws ResourceException {
        try {
            session.restore();
        } catch (SQLException failed) {
            failed(failed);
            throw new ResourceException(failed.getMessage(), failed);
        }
    }

    /** A transaction cannot end while the driver waits for the end of a COPY: the connection is closed instead. */
    void requireNoCopy() throws SQLException {
        if (session.isCopying()) {
            SQLException unfinished = new SQLException(Messages.copyUnfinished(physical.backendPid()), "55000");
            abort(EvictionReason.RESET_FAILED, unfinished);
            throw unfinished;
        }
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
        requireInUse();
        restoreContext();
        association.moveTo(this);
    }

    /**
     * Makes it ready for the next borrower: invalidates all handles, rolls back what is open, puts back what was
     * changed; the physical connection stays open (7.5.4.4).
     */
    @Override
    public void cleanup() throws ResourceException {
        boolean quiet = associations.invalidate();
        localTransaction.forget();
        forgetBranch();
        Entry mine = entry;
        if (mine != null && mine.state() == ConnectionState.RETIRED) {
            return; // it was cleaned up when it came back, and nobody had it since
        }
        if (mine != null && mine.state() != ConnectionState.IN_USE && mine.state() != ConnectionState.IDLE) {
            throw new ResourceException("TERAFY0216: Pool " + pool.name() + ": " + mine + " is not to be used again.");
        }
        try {
            if (!quiet) {
                throw new SQLException("A statement is still being executed by another thread.", "55000");
            }
            reset();
        } catch (SQLException failed) {
            if (mine != null) {
                pool.ledger().breakDown(mine, EvictionReason.RESET_FAILED);
            }
            throw new ResourceException(
                    "TERAFY0217: Pool " + pool.name() + ": backend " + physical.backendPid()
                            + " could not be reset for the next borrower and is closed.",
                    failed);
        }
        if (mine != null) {
            pool.ledger().giveBack(mine);
        }
    }

    /** No answer within the validation timeout is as bad here as there; it costs nothing where nothing is sent. */
    private void reset() throws SQLException {
        if (session.needsServer()) {
            physical.boundAnswers(pool.settings().upkeep().validationTimeout());
            session.reset();
            physical.boundAnswers(pool.settings().server().socketTimeout());
        } else {
            session.reset();
        }
    }

    /** Closes the physical connection; bounded, whatever the peer does (7.5.4.4). */
    @Override
    public void destroy() {
        Entry mine = entry;
        boolean wasInUse = mine != null && mine.state() == ConnectionState.IN_USE;
        boolean broken = mine != null && mine.state() == ConnectionState.BROKEN;
        if (mine != null && !pool.ledger().strikeOff(mine)) {
            return;
        }
        pool.connections().remove(this);
        if (wasInUse || broken) {
            physical.abort();
        } else {
            physical.close();
        }
        associations.invalidate();
    }

    @Override
    public void addConnectionEventListener(ConnectionEventListener listener) {
        if (entry == null) {
            entry = pool.ledger().enter(physical.backendPid(), physical.backendStart());
            pool.connections().add(this);
        }
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
        XaBoundary made = xaBoundary;
        if (made == null) {
            try {
                made = new XaBoundary(this);
            } catch (SQLException failed) {
                throw new ResourceException(failed.getMessage(), failed);
            }
            xaBoundary = made;
        }
        return made;
    }

    private void forgetBranch() throws ResourceException {
        XaBoundary made = xaBoundary;
        if (made != null) {
            try {
                made.forget();
            } catch (SQLException failed) {
                throw new ResourceException(failed.getMessage(), failed);
            }
        }
    }

    @Override
    public LocalTransaction getLocalTransaction() {
        return localTransaction;
    }

    /** Only while there is a connection to tell about (7.5.5). */
    @Override
    public ManagedConnectionMetaData getMetaData() throws ResourceException {
        if (!physical.isOpen()) {
            throw new jakarta.resource.spi.IllegalStateException(Messages.endedConnection(toString()));
        }
        return new ConnectionMetaData(physical, pool.settings().size().max());
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
        if (!PostgresErrors.endsConnection(error) && !physical.hasLostRole(error)) {
            if (physical.isRoleDoubtful(error)) {
                pool.liveness().alarm();
            }
            localTransaction.failedBy(error);
            return;
        }
        Entry mine = entry;
        if (mine != null && pool.broke(mine)) {
            if (localTransaction.isManaged()) {
                threadTransaction().lostSession(Messages.endedBy(error));
            }
            fireError(error);
        }
    }

    /** Ends the connection at the wish of its borrower or of an operator; the container is told and destroys it. */
    void abort(EvictionReason reason, SQLException why) {
        physical.abort();
        Entry mine = entry;
        if (mine != null && pool.ledger().breakDown(mine, reason)) {
            fireError(why);
        }
    }

    private void fireError(SQLException error) {
        LOG.log(System.Logger.Level.DEBUG, Messages.connectionBroke(pool.name(), physical.backendPid(), error));
        ConnectionEvent event = new ConnectionEvent(this, ConnectionEvent.CONNECTION_ERROR_OCCURRED, error);
        for (ConnectionEventListener listener : listeners) {
            listener.connectionErrorOccurred(event);
        }
    }

    @Override
    public String toString() {
        return "Terafy connection to backend " + physical.backendPid() + " of pool " + pool.name();
    }
}
