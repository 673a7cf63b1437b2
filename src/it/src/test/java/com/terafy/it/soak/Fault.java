package com.terafy.it.soak;

/** What befalls the database, the network or the server. */
enum Fault {
    /** Some backends of the pool are ended by pg_terminate_backend. */
    TERMINATE(true),
    /** One backend of the pool is killed with -9; the server ends all others and recovers. */
    KILL_BACKEND(true),
    /** PostgreSQL is stopped, fast, and started again after a while. */
    RESTART(true),
    /** SIGSTOP for the whole PostgreSQL, for a while. */
    FREEZE_SERVER(true),
    /** The network carries nothing and tells nobody, for a while. */
    FREEZE_NETWORK(true),
    /** All connections are reset. */
    RESET_NETWORK(true),
    /** All connections are reset and new ones refused for a while. */
    REFUSE(true),
    /** An answer of the server ends in the middle of a message. */
    CUT_MESSAGE(true),
    /** The clients are told that the server says nothing more, the server is not told. */
    CLOSE_TO_CLIENTS(true),
    /** The server is told that the clients say nothing more, the clients are not told. */
    CLOSE_TO_SERVER(true),
    /** Somebody else takes all connections that PostgreSQL has for a while, and some of the pool's end meanwhile. */
    EXHAUST(true),
    /** The network is slow for a while. */
    DELAY(false),
    /** The application drops some connections without closing them. */
    LEAK(false),
    /** An operator has all connections replaced. */
    FLUSH(false),
    /** An operator pauses the pool for a while. */
    PAUSE(false),
    /** An operator makes the pool smaller or larger, for a while. */
    RESIZE(false),
    /** The application is deployed again. */
    REDEPLOY_APPLICATION(false),
    /** terafy.ear is deployed again, and the application. */
    REDEPLOY_EAR(false);

    private final boolean harmful;

    Fault(boolean harmful) {
        this.harmful = harmful;
    }

    /** Whether operations may fail that are under way meanwhile. */
    boolean isHarmful() {
        return harmful;
    }
}
