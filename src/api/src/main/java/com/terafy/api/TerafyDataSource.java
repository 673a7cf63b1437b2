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
