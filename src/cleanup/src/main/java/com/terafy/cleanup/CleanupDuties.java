package com.terafy.cleanup;

import com.terafy.api.PoolOperations;
import com.terafy.cleanup.policy.Scope;
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

    /**
     * For each pool the one that does it: the first whose cleanup is switched on, otherwise itself.
     *
     * @param pools in the order in which they come first
     */
    static Map<String, String> of(List<PoolOperations> pools) {
        Map<Field, String> first = new HashMap<>();
        Map<String, String> doneBy = new LinkedHashMap<>();
        for (PoolOperations pool : pools) {
            CleanupSettings settings = CleanupSettings.of(pool.name(), pool.settings());
            doneBy.put(
                    pool.name(),
                    settings.enabled()
                            ? first.computeIfAbsent(Field.of(pool, settings), field -> pool.name())
                            : pool.name());
        }
        return doneBy;
    }
}
