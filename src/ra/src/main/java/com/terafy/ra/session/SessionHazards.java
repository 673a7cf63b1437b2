package com.terafy.ra.session;

import com.terafy.pool.time.Ticker;
import com.terafy.ra.Messages;
import com.terafy.ra.errors.PostgresErrors;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether the database has anything that may change a session from inside: a trigger, a view, a policy or an operator may
 * call {@code set_config} and no text of SQL shows it. Where it has, every use of a session counts as a change.
 *
 * <p>Read when a connection is opened and at sweeps. What others define in the meantime is not seen before the next
 * sweep; what is defined through this pool counts from then on. Thread-safe.
 */
public final class SessionHazards {

    private static final System.Logger LOG = System.getLogger("com.terafy.session");

    private final String pool;
    private final Ticker ticker;
    private final long validNanos;

    private volatile boolean present = true;

    /** How often something was defined through this pool. Guarded by this. */
    private int definitions;

    /** Whether a reading counts that is not too old. Guarded by this. */
    private boolean read;

    /** When. Guarded by this. */
    private long readNanos;

    /** What the last reading was made from. Guarded by this. */
    private @Nullable String fingerprint;

    /** @param validFor how long a reading counts */
    public SessionHazards(String pool, Ticker ticker, Duration validFor) {
        this.pool = pool;
        this.ticker = ticker;
        this.validNanos = validFor.toNanos();
    }

    /** True if there are any, or as long as that is not known. */
    boolean present() {
        return present;
    }

    /** Something may have been defined: nothing is known until the next reading. */
    synchronized void defined() {
        definitions++;
        read = false;
        present = true;
        fingerprint = null;
    }

    /**
     * Reads them afresh if the last reading is too old; looks closely only where something was defined since. Where the
     * catalogs cannot be read there may be any.
     *
     * @throws SQLException if the connection broke
     */
    public void refresh(Connection connection) throws SQLException {
        String known;
        int before;
        synchronized (this) {
            if (read && ticker.nanoTime() - readNanos < validNanos) {
                return;
            }
            known = fingerprint;
            before = definitions;
        }
        try {
            String now = HazardSearch.fingerprint(connection);
            if (now.equals(known)) {
                confirmed(before);
            } else {
                found(HazardSearch.find(connection), now, before);
            }
        } catch (SQLException failed) {
            if (PostgresErrors.endsConnection(failed)) {
                throw failed;
            }
            LOG.log(System.Logger.Level.WARNING, Messages.hazardsUnknown(pool, failed));
            found("unknown", null, before);
        }
    }

    private synchronized void confirmed(int definitionsBefore) {
        if (definitions == definitionsBefore) {
            readNanos = ticker.nanoTime();
            read = true;
        }
    }

    private void found(@Nullable String hazard, @Nullable String from, int definitionsBefore) {
        synchronized (this) {
            if (definitions != definitionsBefore) {
                return;
            }
            present = hazard != null;
            fingerprint = from;
            readNanos = ticker.nanoTime();
            read = true;
        }
        if (hazard != null && from != null) {
            LOG.log(System.Logger.Level.INFO, Messages.hazardFound(pool, hazard));
        }
    }
}
