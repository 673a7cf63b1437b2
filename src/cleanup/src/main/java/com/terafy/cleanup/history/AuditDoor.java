package com.terafy.cleanup.history;

import com.terafy.api.BackendCleanupOperations;
import com.terafy.api.HistoryEntry;
import com.terafy.api.HistoryEvent;
import com.terafy.api.flight.Flight;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The one way into the audit: what is told here becomes a line of the log and, while the EJB lives, an entry of the
 * history, both of the same event. Reached statically, as a logger is, and as with a logger it does not matter to who
 * tells something whether and where it is kept. The static belongs to the deployment and ends with it.
 *
 * <p>Thread-safe.
 */
public final class AuditDoor {

    private static final System.Logger LOG = System.getLogger(BackendCleanupOperations.AUDIT_LOG);

    private static final AtomicReference<@Nullable History> KEPT_IN = new AtomicReference<>();

    private AuditDoor() {}

    /** From now on into this history. */
    static void open(History history) {
        KEPT_IN.set(history);
    }

    /** From now on into the log only. */
    static void close(History history) {
        KEPT_IN.compareAndSet(history, null);
    }

    /**
     * Tells it. Never throws, and waits for no disk.
     *
     * @param pool name of the pool that it is about
     */
    public static void tell(String pool, HistoryEvent event) {
        HistoryEntry entry = Optional.ofNullable(KEPT_IN.get())
                .map(history -> history.add(pool, event))
                .orElseGet(() -> HistoryEntry.of("", Instant.now(), node(), pool, event));
        LOG.log(AuditLine.level(entry), AuditLine.of(entry));
        Flight.history(pool, event);
    }

    /** As the pool's identity has it. */
    static String node() {
        return System.getProperty("jboss.node.name", "");
    }
}
