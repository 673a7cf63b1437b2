package com.terafy.cleanup;

import com.terafy.api.PoolOperations;
import com.terafy.cleanup.policy.Scope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which pool makes the passes over which backends: each database once, not once a pool. Two databases are the same if
 * their hosts, the kind of server that is looked for among these, ports and names are written alike; another role may do
 * other things there, and another scope is about other backends. Pure.
 */
final class CleanupDuties {

    private CleanupDuties() {}

    /** The backends that a pool would look at. */
    private record Field(String hosts, String target, String port, String database, String role, Scope scope) {

        static Field of(PoolOperations pool, CleanupSettings settings) {
            Map<String, String> texts = pool.settings();
            return new Field(
                    texts.getOrDefault("DB_HOST", ""),
                    texts.getOrDefault("DB_TARGET_SERVER_TYPE", ""),
                    texts.getOrDefault("DB_PORT", ""),
                    texts.getOrDefault("DB_NAME", ""),
                    texts.getOrDefault("DB_USER", ""),
                    settings.rules().scope());
        }
    }

    /** A pool whose cleanup is switched on. */
    private record Candidate(String pool, Field field, boolean dry) {}

    /**
     * For each pool the one that does it: of those whose cleanup is switched on the first that ends anything, otherwise the
     * first, which only reports; of the others itself.
     *
     * @param pools in the order in which they come first
     */
    static Map<String, String> of(List<PoolOperations> pools) {
        Map<String, String> doneBy = new LinkedHashMap<>();
        List<Candidate> candidates = new ArrayList<>();
        for (PoolOperations pool : pools) {
            CleanupSettings settings = CleanupSettings.of(pool.name(), pool.settings());
            doneBy.put(pool.name(), pool.name());
            if (settings.enabled()) {
                candidates.add(new Candidate(
                        pool.name(), Field.of(pool, settings), settings.rules().dryRun()));
            }
        }
        Map<Field, Candidate> chosen = new HashMap<>();
        for (Candidate each : candidates) {
            chosen.merge(each.field(), each, (first, next) -> first.dry() && !next.dry() ? next : first);
        }
        candidates.forEach(each ->
                doneBy.put(each.pool(), chosen.getOrDefault(each.field(), each).pool()));
        return doneBy;
    }
}
