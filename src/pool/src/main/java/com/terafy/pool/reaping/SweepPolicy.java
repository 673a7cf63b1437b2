package com.terafy.pool.reaping;

import com.terafy.pool.ledger.Entry;
import java.time.Duration;

/**
 * Decides what one sweep does with one idle connection.
 *
 * @param idleTimeout a connection idle longer than this is reaped
 */
public record SweepPolicy(Duration idleTimeout) {

    /**
     * The verdict on a connection that nobody holds.
     *
     * @param nowNanos ticker reading now
     */
    public SweepVerdict judge(Entry entry, long nowNanos) {
        if (nowNanos - entry.lastUsedNanos() > idleTimeout.toNanos()) {
            return SweepVerdict.REAP;
        }
        return entry.isExpired(nowNanos) ? SweepVerdict.REPLACE : SweepVerdict.VALIDATE;
    }
}
