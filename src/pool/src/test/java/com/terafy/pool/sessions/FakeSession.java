package com.terafy.pool.sessions;

/** A session that is alive until a test ends it. */
final class FakeSession {

    private final String key;

    /** Its server has ended it: a look tells. */
    volatile boolean ended;

    /** Its server does not answer: only a question tells. */
    volatile boolean silent;

    /** Its server is not done yet with its return. */
    volatile boolean busy;

    /** The pool has closed or aborted it. */
    volatile boolean closed;

    /** Who holds it, to see that nobody else does. */
    volatile Thread holder;

    FakeSession(String key) {
        this.key = key;
    }

    String key() {
        return key;
    }
}
