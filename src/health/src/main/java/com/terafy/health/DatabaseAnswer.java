package com.terafy.health;

import com.terafy.api.PoolOperations;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Whether a pool's database answers on a session outside the pool: a pool that is busy is no reason to send the requests
 * elsewhere. So is a database without a connection left while the pool has its own. One answer serves five seconds,
 * however often it is asked, and one thread waits for the next: all others get the last. Thread-safe.
 */
final class DatabaseAnswer {

    private static final String PURPOSE = "health";
    private static final String INSUFFICIENT_RESOURCES = "53";
    private static final Duration FRESH = Duration.ofSeconds(5);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(3);

    private final ReentrantLock asking = new ReentrantLock();
    private volatile boolean up;
    private volatile long askedAtNanos = System.nanoTime() - FRESH.toNanos();

    /** Not up before the first answer. */
    boolean isUp(PoolOperations pool) {
        if (isDue() && asking.tryLock()) {
            try {
                if (isDue()) {
                    up = answers(pool);
                    askedAtNanos = System.nanoTime();
                }
            } finally {
                asking.unlock();
            }
        }
        return up;
    }

    private boolean isDue() {
        return System.nanoTime() - askedAtNanos >= FRESH.toNanos();
    }

    private static boolean answers(PoolOperations pool) {
        try (Connection connection = pool.openOutsidePool(PURPOSE)) {
            connection.setNetworkTimeout(Runnable::run, Math.toIntExact(ANSWER_LIMIT.toMillis()));
            return connection.isValid(Math.toIntExact(ANSWER_LIMIT.toSeconds()));
        } catch (SQLException refused) {
            return isFull(refused) && !pool.connections().isEmpty();
        }
    }

    private static boolean isFull(SQLException refused) {
        return refused.getSQLState() != null && refused.getSQLState().startsWith(INSUFFICIENT_RESOURCES);
    }
}
