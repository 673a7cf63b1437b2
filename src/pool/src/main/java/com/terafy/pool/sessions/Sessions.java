package com.terafy.pool.sessions;

import com.terafy.api.EvictionReason;
import org.jspecify.annotations.Nullable;

/**
 * What the pool asks of whoever knows the sessions that it keeps. Each call may block, for a bounded time, and is made
 * without a lock, but for {@link #isReady}, which must not; those that take a session are made by the one who has it.
 *
 * @param <K> by what a session is opened: a session serves only borrowers with an equal one
 * @param <S> a session
 */
public interface Sessions<K, S> {

    /**
     * Opens a session: one attempt.
     *
     * @throws Exception if it is refused or cannot be reached
     */
    S open(K key) throws Exception;

    /** True if opening may succeed later on, with nothing changed here. */
    boolean mayPass(K key, Exception failure);

    /** False while its server is still busy with its return, as far as is known without asking. Under the pool's lock. */
    boolean isReady(S session);

    /**
     * Null if it may be handed out, or why it is ended instead.
     *
     * @param patience the borrower's, of which an answer of its server may take half
     */
    @Nullable
    EvictionReason whyUnusable(S session, Patience patience);

    /** True if it has ended, by a look that asks nobody. */
    boolean hasEnded(S session);

    /** True if its server answers; asks it in any case. */
    boolean answers(S session);

    /**
     * Ends it in good order, and returns when its server has let it go or keeps silent. Must not throw.
     *
     * @param reason null if it was idle for too long
     */
    void close(S session, @Nullable EvictionReason reason);

    /** Ends it at once, whoever uses it. Must not throw. */
    void abort(S session, EvictionReason reason);
}
