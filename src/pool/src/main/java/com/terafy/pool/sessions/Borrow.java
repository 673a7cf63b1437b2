package com.terafy.pool.sessions;

import org.jspecify.annotations.Nullable;

/**
 * One borrow of a session: who holds it since when. Made at every borrow, so it keeps references and no text; the
 * text is made when somebody asks. It is dropped when the session comes back, and so keeps no thread or class loader
 * beyond that.
 *
 * @param sinceNanos ticker reading when it began
 * @param thread the borrowing thread
 * @param contextClassLoader its context class loader, which tells the deployment
 * @param stack the borrower's stack; null unless leak detection is on
 */
public record Borrow(
        long sinceNanos,
        Thread thread,
        @Nullable ClassLoader contextClassLoader,
        @Nullable Throwable stack) {

    /** A borrow by the current thread. */
    public static Borrow byCurrentThread(long sinceNanos, boolean withStack) {
        Thread thread = Thread.currentThread();
        return new Borrow(
                sinceNanos, thread, thread.getContextClassLoader(), withStack ? new Throwable("borrowed here") : null);
    }
}
