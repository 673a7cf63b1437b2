package com.terafy.api;

import com.terafy.api.text.PoolNames;
import java.util.List;

/**
 * What was ended, cancelled, flushed, shown and refused on this server, when, by whom, from where and why. An EJB of the
 * EAR, found at {@link #JNDI_NAME}.
 *
 * <p>Thread-safe. Kept for seven days in files of the server's data directory, within a bound, so that it survives
 * a redeployment and a restart. The caller has checked that the user may read it; nobody checks it here.
 */
public interface OperationHistory {

    /** Where the EJB is bound, for every module of the EAR. */
    String JNDI_NAME = "java:app/terafy-cleanup/Historian";

    /**
     * Tells something about the server or its pool TerafyDS: one line in the log {@link BackendCleanupOperations#AUDIT_LOG} and one entry, from the same
     * event. Never throws for the file's sake and never waits for it.
     */
    default void add(HistoryEvent event) {
        add(PoolNames.DEFAULT, event);
    }

    /** Tells something about this pool. */
    void add(String pool, HistoryEvent event);

    /** The newest entries that are wanted, within a bounded time. Entries that come meanwhile move no page. */
    HistoryPage page(HistoryQuery query);

    /** How often each thing that can be told was told since the deployment; the same pairs always. */
    List<HistoryCount> counts();
}
