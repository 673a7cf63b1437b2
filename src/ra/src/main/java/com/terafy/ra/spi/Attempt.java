package com.terafy.ra.spi;

import com.terafy.api.RetryCause;
import com.terafy.api.TransactionOutcomeUnknownException;
import com.terafy.ra.Messages;
import com.terafy.ra.connect.PhysicalConnection;
import com.terafy.ra.driver.CommitAnswer;
import com.terafy.ra.errors.PostgresErrors;
import com.terafy.ra.outcome.CommitTrace;
import com.terafy.ra.outcome.Outcome;
import com.terafy.ra.outcome.Outcome.Verdict;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.TransactionState;

/**
 * One run of a work in a transaction of its own, and what is certain of that transaction. Until COMMIT is sent, nothing of it
 * can stay, whatever fails. From then on only the server knows: by its answer, or when it is asked.
 *
 * <p>Used by one thread.
 */
final class Attempt implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger("com.terafy.connection");

    private static final String END_BACKEND = "SELECT pg_catalog.pg_terminate_backend(pid)"
            + " FROM pg_catalog.pg_stat_activity WHERE pid = ? AND backend_start = ?";

    private static final String SERIALIZATION_FAILURE = "40001";
    private static final String DEADLOCK_DETECTED = "40P01";

    /** The longest chain of causes that is looked at. */
    private static final int LONGEST_CHAIN = 20;

    private final ManagedPool pool;
    private final Association association;
    private final Connection handle;
    private final PhysicalConnection physical;

    /** Why it may be run again; null while it is not certain that it was not committed, or if nothing is gained by it. */
    private @Nullable RetryCause cause;

    /** COMMIT is about to be sent, or was. */
    private boolean committing;

    Attempt(ManagedPool pool, Association association) {
        this.pool = pool;
        this.association = association;
        this.handle = association.takeHandle();
        this.physical = association.physicalConnection();
    }

    Association association() {
        return association;
    }

    Connection handle() {
        return handle;
    }

    PhysicalConnection physical() {
        return physical;
    }

    Optional<RetryCause> cause() {
        return Optional.ofNullable(cause);
    }

    /**
     * What is left of a session that was lost: its server may not know yet that it has no client any more, and keep its locks.
     *
     * @throws SQLException if this session is lost, too
     */
    void endBackendOf(PhysicalConnection other) throws SQLException {
        if (!other.serverStart().equals(physical.serverStart())) {
            return;
        }
        try (PreparedStatement statement = physical.driverConnection().prepareStatement(END_BACKEND)) {
            statement.setInt(1, other.backendPid());
            statement.setObject(2, other.backendStart().atOffset(ZoneOffset.UTC));
            statement.execute();
        } catch (SQLException failed) {
            association.failed(failed);
            if (hasLostSession()) {
                throw failed;
            }
        }
    }

    /** Begins the transaction. */
    void begin() throws SQLException {
        if (association.inManagedTransaction()) {
            throw new SQLException(Messages.notInATransaction(pool.name()), "25001");
        }
        handle.setAutoCommit(false);
        association.endsWithWork();
    }

    /**
     * Commits.
     *
     * @param ask finds out what became of a transaction, if the answer does not come
     * @throws TransactionOutcomeUnknownException if nobody can tell
     * @throws SQLException if it is certain that it was not committed
     */
    void commit(Function<CommitTrace, Outcome> ask) throws SQLException {
        handle.getAutoCommit(); // fails where the work has closed it
        association.requireCommittable();
        if (!isOpenTransaction()) {
            return; // nothing was sent in it
        }
        Optional<CommitTrace> trace = trace();
        CommitAnswer answer = new CommitAnswer();
        @Nullable SQLException error = send(answer);
        if (answer.saysCommitted()) {
            tellCommitted(error);
        } else {
            settle(error == null ? noAnswer(answer) : error, answer, trace, ask);
        }
    }

    /** What was thrown; null if nothing was. */
    private @Nullable SQLException send(CommitAnswer answer) {
        committing = true;
        try {
            physical.stream().commit(answer);
            return null;
        } catch (SQLException failed) {
            return failed;
        } catch (RuntimeException failed) {
            return new SQLException(Messages.endOf(failed), "08006", failed);
        }
    }

    private SQLException noAnswer(CommitAnswer answer) {
        return answer.saysRolledBack()
                ? new SQLException(
                        Messages.commitOfFailed("backend " + physical.backendPid() + " of pool " + pool.name(), null),
                        "25P02")
                : new SQLException("COMMIT was answered by nothing", "08P01");
    }

    private boolean isOpenTransaction() {
        return physical.driverConnection().getTransactionState() != TransactionState.IDLE;
    }

    private Optional<CommitTrace> trace() throws SQLException {
        try {
            return CommitTrace.of(physical.driverConnection());
        } catch (SQLException failed) {
            association.failed(failed);
            throw PostgresErrors.endsConnection(failed)
                    ? failed
                    : new SQLException(Messages.noTrace(pool.name(), failed), failed.getSQLState(), failed);
        }
    }

    /**
     * It is committed, whatever the container thinks of it.
     *
     * @param behind what came behind the answer; null if nothing did
     */
    private void tellCommitted(@Nullable SQLException behind) {
        if (behind != null) {
            tellFailed(behind);
            return;
        }
        try {
            association.committedWithWork();
        } catch (RuntimeException unexpected) {
            LOG.log(System.Logger.Level.DEBUG, "After a commit", unexpected);
        }
    }

    private void tellFailed(SQLException error) {
        try {
            association.failed(error);
        } catch (RuntimeException unexpected) {
            LOG.log(System.Logger.Level.DEBUG, "After a failure", unexpected);
        }
    }

    /** COMMIT was sent, and the server has not said that it has committed. */
    private void settle(
            SQLException error, CommitAnswer answer, Optional<CommitTrace> trace, Function<CommitTrace, Outcome> ask)
            throws SQLException {
        if (answer.saysRolledBack() || isRefused(error)) {
            tellFailed(error);
            cause = ofRolledBack(error).orElse(null);
            throw error;
        }
        physical.abort(); // so that its backend learns that it has no client any more
        tellFailed(error);
        if (trace.isEmpty()) {
            cause = RetryCause.SESSION_LOST; // it has written nothing, and what it has read was not confirmed
            throw error;
        }
        String id = trace.get().transactionId();
        Outcome outcome = ask.apply(trace.get());
        if (outcome.verdict() == Verdict.UNKNOWN) {
            String message = Messages.outcomeUnknown(pool.name(), id, error, outcome.why());
            LOG.log(System.Logger.Level.WARNING, message);
            throw new TransactionOutcomeUnknownException(message, id, error);
        }
        String known = Messages.outcomeKnown(pool.name(), id, error, outcome.why());
        LOG.log(System.Logger.Level.INFO, known);
        if (outcome.verdict() == Verdict.NOT_COMMITTED) {
            cause = RetryCause.SESSION_LOST;
            error.addSuppressed(new SQLException(known, "40000"));
            throw error;
        }
    }

    /** The server answered the COMMIT by an error, and is in no transaction: it goes on with the session, and has said so. */
    private boolean isRefused(SQLException error) {
        return physical.isOpen()
                && !isOpenTransaction()
                && PostgresErrors.isFromServer(error)
                && !PostgresErrors.endsConnection(error);
    }

    /** Before it is closed: what was thrown, and whether it may be run again. */
    void failed(Throwable thrown) {
        if (committing || cause != null || hasCause(thrown, TransactionOutcomeUnknownException.class)) {
            return;
        }
        if (!hasCause(thrown, SQLException.class)) {
            return;
        }
        if (hasLostSession()) {
            cause = RetryCause.SESSION_LOST;
        } else if (physical.driverConnection().getTransactionState() == TransactionState.FAILED) {
            cause = ofRolledBack(thrown).orElse(null);
        }
    }

    /** Also where the server has lost the role that is demanded of it. */
    private boolean hasLostSession() {
        return !physical.isOpen() || association.isBroken();
    }

    /** By the SQLSTATE of what PostgreSQL rolled the transaction back for. */
    private static Optional<RetryCause> ofRolledBack(Throwable thrown) {
        @Nullable Throwable each = thrown;
        for (int i = 0; each != null && i < LONGEST_CHAIN; i++) {
            if (each instanceof SQLException error) {
                if (SERIALIZATION_FAILURE.equals(error.getSQLState())) {
                    return Optional.of(RetryCause.SERIALIZATION_FAILURE);
                }
                if (DEADLOCK_DETECTED.equals(error.getSQLState())) {
                    return Optional.of(RetryCause.DEADLOCK);
                }
            }
            each = each.getCause();
        }
        return Optional.empty();
    }

    private static boolean hasCause(Throwable thrown, Class<? extends Throwable> type) {
        @Nullable Throwable each = thrown;
        for (int i = 0; each != null && i < LONGEST_CHAIN; i++) {
            if (type.isInstance(each)) {
                return true;
            }
            each = each.getCause();
        }
        return false;
    }

    /** Gives the connection back; what is open is rolled back. What fails in that changes nothing in what was told. */
    @Override
    public void close() {
        try {
            handle.close();
        } catch (SQLException | RuntimeException failed) {
            LOG.log(System.Logger.Level.DEBUG, "After a transaction", failed);
        }
    }
}
