package com.terafy.ra.session;

import com.terafy.pool.time.Ticker;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * Whether the database has functions that may change a session from inside: a trigger, a view or a policy may call them
 * and no text of SQL shows it. Where it has any, every use of a session counts as a change.
 *
 * <p>Read when a connection is opened and at sweeps; what was created since then is not seen before the next sweep.
 * Thread-safe.
 */
public final class SessionHazards {

    /** Own functions whose body has a word of what changes a session, or runs text that is made at run time. */
    private static final String READ = """
            SELECT EXISTS (
                SELECT FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_language l ON l.oid = p.prolang
                WHERE p.pronamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
                  AND l.lanname NOT IN ('internal', 'c')
                  AND p.prosrc || coalesce(pg_get_function_sqlbody(p.oid), '')
                      ~* '(set_config|advisory|\\mlisten\\M|\\mprepare\\M|\\mexecute\\M|\\mtemp|\\mset\\M|\\mreset\\M)')
            """;

    private final Ticker ticker;
    private final long validNanos;

    private volatile boolean present = true;
    private volatile boolean read;
    private volatile long readNanos;

    /** @param validFor how long a reading counts */
    public SessionHazards(Ticker ticker, Duration validFor) {
        this.ticker = ticker;
        this.validNanos = validFor.toNanos();
    }

    /** True if there are any, or as long as that is not known. */
    boolean present() {
        return present;
    }

    /** Reads them afresh if the last reading is too old. */
    public void refresh(Connection connection) throws SQLException {
        if (read && ticker.nanoTime() - readNanos < validNanos) {
            return;
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(READ)) {
            row.next();
            present = row.getBoolean(1);
        }
        readNanos = ticker.nanoTime();
        read = true;
    }
}
