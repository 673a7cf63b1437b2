package com.terafy.api;

/**
 * Why the backend cleanup spares a backend or ends it. Where several fit, the first one here that does is given, so
 * that whatever protects a backend comes before whatever ends it.
 */
public enum CleanupReason {
    /** The session of the cleanup itself. */
    OWN_SESSION(false),
    /** Connected to another database. */
    OTHER_DATABASE(false),
    /** Sends WAL to a replica or a subscriber. */
    REPLICATION(false),
    /** A background worker or another process without a client. */
    NOT_A_CLIENT(false),
    /** Its role is a superuser, or cannot be told. */
    SUPERUSER(false),
    /** A connection of this pool instance, in the pool or outside it. */
    OWN_POOL(false),
    /** Of this pool's role, and behind a pooler (DB_POOLER), which lends it to whomever: it may be this pool's. */
    BEHIND_POOLER(false),
    /** A connection of another pool instance that lives, or may live: it has shown it within 60 s, or is hidden in part. */
    LIVE_POOL(false),
    /** Its user is on the allow-list. */
    ALLOWED_USER(false),
    /** Its application_name is on the allow-list. */
    ALLOWED_APPLICATION(false),
    /** Its application_name is that of a tool of PostgreSQL that waits for a reason: pg_dump and its like, not psql. */
    KNOWN_TOOL(false),
    /** Outside the scope that is set. */
    OUT_OF_SCOPE(false),
    /** Its state cannot be seen: another role's session, and the right pg_read_all_stats is lacking. */
    STATE_HIDDEN(false),
    /** Not idle. */
    ACTIVE(false),
    /** Idle, and the limit for its state is off. */
    LIMIT_OFF(false),
    /** Idle, but not beyond the limit for its state. */
    WITHIN_LIMIT(false),
    /** Idle beyond the limit and of no pool, but holds an advisory lock: others may count on it. */
    ADVISORY_LOCK(false),
    /** Idle beyond the limit and of no pool by its name; but another pool does not say now what it has lent. */
    MAY_BE_LENT(false),
    /** To be ended, but not yet seen unchanged for 90 s, look after look. */
    SUSPECT(false),
    /** Idle beyond the limit; tagged by a pool instance that was seen without a sign of life for 90 s. */
    ORPHAN(true),
    /** {@code idle} beyond the limit, of no pool, and seen so for 90 s. */
    IDLE(true),
    /** {@code idle in transaction} or {@code idle in transaction (aborted)} beyond the limit, of no pool, and seen so for 90 s. */
    IDLE_IN_TRANSACTION(true);

    private final boolean ends;

    CleanupReason(boolean ends) {
        this.ends = ends;
    }

    /** True if this is a reason to end a backend, false if it is one to spare it. */
    public boolean ends() {
        return ends;
    }
}
