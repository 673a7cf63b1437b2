package com.terafy.api;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The inside of one pool: what it is configured with, what it holds, and what an operator may do to it.
 *
 * <p>Thread-safe. Nothing here waits for the database except {@link #openOutsidePool} and {@link #onLease}.
 */
public interface PoolOperations {

    /** Name of the pool, for example {@code TerafyDS}. */
    String name();

    /**
     * This pool instance as other sessions can see it: who it is, and the database it works on. Different after every
     * start.
     */
    PoolIdentity identity();

    /**
     * How it stands with the lease by which other nodes know that this instance lives; empty where there can be none, behind
     * a pooler that gives a session for each transaction.
     */
    Optional<LeaseStatus> lease();

    /**
     * Works with the session that holds the lease; opens it where there is none. It is there also when the pool is exhausted
     * and the server is full. In auto-commit, and bounded in each wait for an answer; what is done must leave it as it
     * was, and no prepared statement in it.
     *
     * @param patience longest wait for others who work with it
     * @throws SQLException if the database cannot be reached or refuses; with SQLSTATE 55P03 if others did not end in time
     */
    <T, E extends Exception> T onLease(Duration patience, ConnectionWork<T, E> work) throws SQLException, E;

    /** The settings in effect by their names ({@code DB_POOL_MAX}); a secret shows as {@code (hidden)}. */
    Map<String, String> settings();

    /** Where each of {@link #settings()} came from at the start, by the same names. */
    Map<String, SettingOrigin> origins();

    /** The pool's statistics as they are now. */
    PoolStatistics statistics();

    /** Every live connection of this pool, oldest first. */
    List<ConnectionInfo> connections();

    /**
     * Retires connections: {@link FlushMode#IDLE} those that are idle now, {@link FlushMode#GRACEFULLY} the idle ones
     * now and those in use as they come back, {@link FlushMode#ALL} also ends those in use at once, whose borrowers
     * get errors. Retired connections are never handed out again; the pool refills to its minimum.
     *
     * @return how many connections were marked or ended
     */
    int flush(FlushMode mode);

    /**
     * From now on borrowers wait, within their acquire timeout; idle connections are closed, those in use as they come
     * back. For a planned switchover or restart of the server. Harmless if the pool is paused already.
     */
    void pause();

    /** Ends a pause: connections are opened anew. Harmless if the pool is not paused. */
    void resume();

    /** True between {@link #pause} and {@link #resume}. */
    boolean isPaused();

    /**
     * Changes settings until the next start, and disturbs nobody (connections that are too many are closed, those in use as
     * they come back): {@code DB_POOL_MIN}, {@code DB_POOL_MAX}, {@code DB_POOL_IDLE_TIMEOUT},
     * {@code DB_POOL_MAX_LIFETIME} (for sessions opened from now on), {@code DB_POOL_LEAK_THRESHOLD},
     * {@code DB_POOL_ACQUIRE_TIMEOUT}, {@code DB_CLEANUP_DRY_RUN}. All of them or none.
     *
     * @param settings texts by the names of the settings, as in the environment
     * @throws IllegalArgumentException if a value is wrong or cannot be changed, with the message of the start
     */
    void change(Map<String, String> settings);

    /** What differs from the start: the names of the settings, and what they were. */
    Map<String, String> changed();

    /**
     * Opens a physical connection that is not counted in the pool and not limited by it, with the pool's address,
     * credentials and TLS, tagged with the purpose in {@code application_name}. The caller closes it.
     *
     * @param purpose a short word, for example {@code cleanup}; at most 12 characters of {@code [a-z-]}
     * @throws SQLException if the database cannot be reached or refuses; within the connect timeout
     */
    Connection openOutsidePool(String purpose) throws SQLException;
}
