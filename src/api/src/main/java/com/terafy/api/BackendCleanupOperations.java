package com.terafy.api;

import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/**
 * The backend cleanup as the monitoring sees it: what it would do, what it did, and the hand-operated actions. An EJB
 * of the EAR, found at {@link #JNDI_NAME}.
 *
 * <p>Thread-safe. What ends or interrupts a backend, or was to, is told to the audit log ({@link #AUDIT_LOG}) and to the
 * {@link OperationHistory} with who asked for it, from where and why. The caller has checked that the administrator may
 * do this; nobody checks it here.
 */
public interface BackendCleanupOperations {

    /** Where the EJB is bound, for every module of the EAR. */
    String JNDI_NAME = "java:app/terafy-cleanup/BackendCleanup";

    /** Category of the audit log. */
    String AUDIT_LOG = "com.terafy.audit";

    /**
     * The same for another pool of the server: in its session, by its settings. Everything else here is of the pool at
     * java:/TerafyDS. What is answered is to be asked for anew each time, as pools come and go.
     *
     * @param pool its name; where it does not run, what asks the database throws
     */
    BackendCleanupOperations of(String pool);

    /**
     * Decides on every backend of the database and ends none.
     *
     * @throws SQLException if the database cannot be asked, or another pass here takes too long
     */
    CleanupReport plan() throws SQLException;

    /**
     * One pass now, by the rules of the settings, {@code DB_CLEANUP_DRY_RUN} included; also where the timer is
     * switched off.
     *
     * @param request who asks for it, from where and why
     * @return what was done
     * @throws SQLException if the database cannot be asked, or another pass here takes too long
     */
    CleanupReport run(UserRequest request) throws SQLException;

    /** The report of the last pass, the timer's or an administrator's; empty before the first. */
    Optional<CleanupReport> lastReport();

    /** When the timer runs next; empty if it is switched off, or another pool of the same database does it. */
    Optional<Instant> nextRun();

    /** Name of the pool of the same database whose timer does it; empty if this one's does, or it is switched off here. */
    Optional<String> doneBy();

    /**
     * Ends one backend of the database on an administrator's word, also one of a live pool, whatever the rules say.
     * Superusers, replication, other databases and the cleanup's own session stay protected.
     *
     * @param seen the backend; what he saw of it is checked in the statement that signals, and where it is another by
     *     now the answer is {@link TerminationOutcome#GONE_OR_CHANGED}
     * @param confirmed whether the administrator knows that it may carry the lease of another node's pool, or be lent
     *     there; without that such a one is answered with {@link TerminationOutcome#NEEDS_CONFIRMATION}
     * @param request who asks for it, from where and why
     * @throws SQLException if the database cannot be asked, or another pass here takes too long
     */
    TerminationOutcome terminate(SeenBackend seen, boolean confirmed, UserRequest request) throws SQLException;

    /**
     * Cancels what one backend is running; its session stays. Protected are the same as with {@link #terminate}.
     *
     * @param seen the backend; checked as with {@link #terminate}
     * @param request who asks for it, from where and why
     * @return {@link TerminationOutcome#SIGNALLED} if the request was sent
     * @throws SQLException if the database cannot be asked, or another pass here takes too long
     */
    TerminationOutcome cancel(SeenBackend seen, UserRequest request) throws SQLException;
}
