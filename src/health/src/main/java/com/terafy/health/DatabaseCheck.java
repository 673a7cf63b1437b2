package com.terafy.health;

import com.terafy.api.PoolIdentity;
import com.terafy.api.PoolOperations;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready if the database of every pool answers that counts for it ({@code DB_POOL_READINESS}), see {@link DatabaseAnswer}.
 * Where there are several pools, the data say of each how it is.
 */
@Readiness
@ApplicationScoped
public class DatabaseCheck implements HealthCheck {

    private static final String NOT_ASKED = "does not count";

    private final Supplier<List<PoolOperations>> pools;
    private final Map<PoolIdentity, DatabaseAnswer> answers = new ConcurrentHashMap<>();

    /** For the container. */
    public DatabaseCheck() {
        this(Pools::find);
    }

    DatabaseCheck(Supplier<List<PoolOperations>> pools) {
        this.pools = pools;
    }

    @Override
    public HealthCheckResponse call() {
        State state = state();
        HealthCheckResponseBuilder response = HealthCheckResponse.named("terafy-database");
        if (state.pools().size() > 1) {
            state.pools().forEach(response::withData);
        }
        return response.status(state.ready()).build();
    }

    /**
     * How it is now.
     *
     * @param pools how the database of each pool is
     */
    record State(boolean ready, Map<String, String> pools) {}

    State state() {
        List<PoolOperations> now = pools.get();
        answers.keySet().retainAll(now.stream().map(PoolOperations::identity).toList());
        Map<String, String> texts = new LinkedHashMap<>();
        boolean ready = !now.isEmpty();
        for (PoolOperations pool : now) {
            if (counts(pool)) {
                boolean up = isUp(pool);
                ready &= up;
                texts.put(pool.name(), up ? "UP" : "DOWN");
            } else {
                texts.put(pool.name(), NOT_ASKED); // it may be frozen, and this would wait for it
            }
        }
        return new State(ready, texts);
    }

    private boolean isUp(PoolOperations pool) {
        return answers.computeIfAbsent(pool.identity(), unknown -> new DatabaseAnswer())
                .isUp(pool);
    }

    private static boolean counts(PoolOperations pool) {
        return !"false".equals(pool.settings().get("DB_POOL_READINESS"));
    }
}
