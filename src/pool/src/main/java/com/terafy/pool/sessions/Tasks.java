package com.terafy.pool.sessions;

import java.time.Duration;

/** Who does for the pool what its borrowers do not wait for. Tasks run on threads of the pool's owner, several at once. */
public interface Tasks {

    /**
     * Runs it soon; on the calling thread if there is no other any more. Never refuses: room is reserved for what it is to
     * do.
     */
    void run(Runnable task);

    /** Runs it later, or never if the owner has stopped. */
    void runAfter(Duration delay, Runnable task);
}
