package com.terafy.health;

import com.terafy.api.PoolOperations;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready if the database answers on a session outside the pool: a pool that is busy is no reason to send the requests
 * elsewhere. One answer serves five seconds, however often it is asked.
 */
@Readiness
@ApplicationScoped
public class DatabaseCheck implements HealthCheck {

    private static final String PURPOSE = "health";
    private static final Duration FRESH = Duration.ofSeconds(5);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(3);

    private boolean up; // guarded by this
    private long askedAtNanos = System.nanoTime() - FRESH.toNanos(); // guarded by this

    /** For the container. */
    public DatabaseCheck() {}

    @Override
    public synchronized HealthCheckResponse call() {
        if (System.nanoTime() - askedAtNanos >= FRESH.toNanos()) {
            up = Pool.find().filter(DatabaseCheck::answers).isPresent();
            askedAtNanos = System.nanoTime();
        }
        return HealthCheckResponse.named("terafy-database").status(up).build();
    }

    private static boolean answers(PoolOperations pool) {
        try (Connection connection = pool.openOutsidePool(PURPOSE)) {
            connection.setNetworkTimeout(Runnable::run, Math.toIntExact(ANSWER_LIMIT.toMillis()));
            return connection.isValid(Math.toIntExact(ANSWER_LIMIT.toSeconds()));
        } catch (SQLException unreachable) {
            return false;
        }
    }
}
