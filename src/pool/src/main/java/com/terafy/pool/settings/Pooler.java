package com.terafy.pool.settings;

/**
 * What stands between the pool and PostgreSQL, and for how long it gives a client a session of the server.
 *
 * @see <a href="https://www.pgbouncer.org/features.html">PgBouncer, Features</a>
 */
public enum Pooler implements Choice {
    /** Nothing, or what cannot be noticed. */
    NONE("none"),
    /** A pooler that gives a session for as long as the client is connected. */
    SESSION("session"),
    /** A pooler that gives one for each transaction: nothing lasts longer. */
    TRANSACTION("transaction");

    private final String text;

    Pooler(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }
}
