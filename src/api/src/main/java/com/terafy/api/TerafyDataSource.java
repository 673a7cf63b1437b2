package com.terafy.api;

import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;

/**
 * The DataSource at {@code java:/TerafyDS}. Applications need only {@link DataSource}; this interface adds scoped
 * borrowing and the pool's inside. It is reached by a cast or by {@code dataSource.unwrap(TerafyDataSource.class)}.
 *
 * <p>Thread-safe.
 */
public interface TerafyDataSource extends DataSource {

    /**
     * Borrows a connection, runs the work with it and gives it back, also when the work throws. Inside a JTA
     * transaction the connection takes part in it; outside, every statement commits by itself unless the work turns
     * auto-commit off, and then what it did not commit is rolled back.
     *
     * @return what the work returned
     * @throws SQLException if no connection is to be had, or from the work
     * @throws E from the work
     */
    <T, E extends Exception> T withConnection(ConnectionWork<T, E> work) throws SQLException, E;

    /**
     * Like {@link #withConnection(ConnectionWork)}, in a transaction: where a JTA transaction is active the work joins
     * it and its owner commits; otherwise a local transaction is committed when the work returns and rolled back when
     * it throws.
     *
     * @return what the work returned
     * @throws SQLException if no connection is to be had, from the work, or from the commit
     * @throws E from the work
     */
    <T, E extends Exception> T withTransaction(ConnectionWork<T, E> work) throws SQLException, E;

    /**
     * Like {@link #withConnection(ConnectionWork)}, with variables set for exactly this borrow. Nobody after it sees
     * them, also when the work throws.
     *
     * <p>Setting them costs one round trip, and outside a JTA transaction the reset of the session as the connection goes
     * back another. Inside one they are local to it. The borrows of a transaction share one session: while this one
     * lasts, an outer borrow sees its variables, too; when it ends, an outer borrow that is still open, and any later one
     * in the same transaction, finds them as they were before. That costs a round trip only where there is such a borrow.
     */
    <T, E extends Exception> T withConnection(SessionContext context, ConnectionWork<T, E> work) throws SQLException, E;

    /**
     * Like {@link #withTransaction(ConnectionWork)}, with variables set until the work ends, or the transaction if the
     * work ends that itself. Setting them costs one round trip, together with the beginning of the transaction; no reset
     * is needed.
     */
    <T, E extends Exception> T withTransaction(SessionContext context, ConnectionWork<T, E> work)
            throws SQLException, E;

    /**
     * Like {@link #withTransaction(ConnectionWork)}, and runs the work again, within the policy's bounds, where its
     * transaction was certainly not committed: its session or its server was lost before the COMMIT was sent, PostgreSQL
     * rolled it back with 40001 or 40P01, or a pause outlasted the wait for a connection. Any other exception of the work is
     * thrown as it is.
     *
     * <p>Where the answer to the COMMIT was lost the server is asked for the outcome, by the transaction's id, for as long as
     * the policy's time lasts and for 5 s at least: committed work is not run again, and what cannot be known is told. The
     * id costs one round trip before the COMMIT.
     *
     * <p><b>The work must be repeatable.</b> It may run several times, each time with another connection: what it does beside
     * this transaction (variables of the program, files, messages, NOTIFY, other databases, also through foreign tables, and
     * other connections of this data source, as those of a withTransaction within it) it does each time. It must not end the
     * transaction; commit, rollback and their SQL are refused, and so is a JTA transaction that begins within it.
     *
     * @throws TransactionOutcomeUnknownException if nobody can tell whether it was committed
     * @throws SQLException with SQLSTATE 25001 if a JTA transaction is active, which is its owner's to commit and to run
     *     again; if it could not be committed within the bounds, from the last run
     */
    <T, E extends Exception> T withTransaction(RetryPolicy policy, ConnectionWork<T, E> work) throws SQLException, E;

    /**
     * Like {@link #withTransaction(RetryPolicy, ConnectionWork)}, with variables that are set in each run as
     * {@link #withTransaction(SessionContext, ConnectionWork)} does.
     */
    <T, E extends Exception> T withTransaction(RetryPolicy policy, SessionContext context, ConnectionWork<T, E> work)
            throws SQLException, E;

    /** The pool's statistics as they are now. */
    PoolStatistics pool();

    /** The pool's inside, for monitoring and operation. */
    PoolOperations operations();

    /**
     * Every pool of the deployment that runs now, the own one among them unless it is in no container: {@code TerafyDS}
     * first, the others by name. Each data source answers the same. A copy: a pool that starts later is not in it, and one that stops stays
     * in it, without connections. Names are unique.
     */
    List<PoolOperations> pools();
}
