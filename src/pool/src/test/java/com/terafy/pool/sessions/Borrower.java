package com.terafy.pool.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Borrows once, on a thread of its own. */
final class Borrower {

    private final CompletableFuture<PooledSession<String, FakeSession>> outcome = new CompletableFuture<>();
    private final Thread thread;

    Borrower(SessionPool<String, FakeSession> pool, String key, Duration patience) {
        thread = new Thread(() -> {
            try {
                outcome.complete(pool.borrow(key, Patience.of(patience)));
            } catch (Throwable thrown) {
                outcome.completeExceptionally(thrown);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    void interrupt() {
        thread.interrupt();
    }

    /** True if it was told, when it was done, that the pool is closed. */
    boolean closed() throws Exception {
        try {
            assertThat(lent()).isNotNull();
            return false;
        } catch (ExecutionException e) {
            return refused() == NoSessionException.Reason.CLOSED;
        }
    }

    boolean failed() {
        return outcome.isCompletedExceptionally();
    }

    boolean isDone() {
        return outcome.isDone();
    }

    PooledSession<String, FakeSession> lent() throws Exception {
        return outcome.get(TestPool.TOO_LONG.toSeconds(), TimeUnit.SECONDS);
    }

    NoSessionException.Reason refused() throws Exception {
        assertThat(thrown()).isInstanceOf(NoSessionException.class);
        return ((NoSessionException) thrown()).reason();
    }

    Throwable thrown() throws InterruptedException, TimeoutException {
        try {
            PooledSession<String, FakeSession> lent = outcome.get(TestPool.TOO_LONG.toSeconds(), TimeUnit.SECONDS);
            throw new AssertionError("got " + lent);
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }
}
