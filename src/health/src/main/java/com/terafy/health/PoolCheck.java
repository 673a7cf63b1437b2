package com.terafy.health;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Alive as long as the pool is there; the database does not matter, or its outage would have the server restarted. */
@Liveness
@ApplicationScoped
public class PoolCheck implements HealthCheck {

    /** For the container. */
    public PoolCheck() {}

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("terafy-pool")
                .status(!Pools.find().isEmpty())
                .build();
    }
}
