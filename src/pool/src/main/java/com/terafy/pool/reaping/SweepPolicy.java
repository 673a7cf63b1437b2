package com.terafy.pool.reaping;

import com.terafy.pool.sessions.PooledSession;
import java.time.Duration;

/**
 * Decides which idle session a sweep reaps, while that leaves the minimum. Pure.
 *
 * @param idleTimeout a session idle longer than this is reaped
 */
public record SweepPolicy(Duration idleTimeout) {

    /**
     * True if nobody has used it for longer than that.
     *
     * @param nowNanos ticker reading now
     */
    public boolean isIdleTooLong(PooledSession<?, ?> idle, long nowNanos) {
        return nowNanos - idle.lastUsedNanos() > idleTimeout.toNanos();
    }
}
