package com.terafy.it.nodes;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** A node, and what it has set: each another mixture of what is legal. */
enum NodeSettings {
    /** Looks every second, and has the shortest limits there are. */
    STRICT(
            5,
            "DB_POOL_MIN=2 DB_POOL_MAX=8 DB_POOL_SWEEP_INTERVAL=1s DB_CLEANUP_INTERVAL=1s DB_CLEANUP_IDLE_LIMIT=3s"
                    + " DB_CLEANUP_IDLE_IN_TRANSACTION_LIMIT=1s DB_CLEANUP_SCOPE=own-role"),
    /** Looks every 30 seconds, at all roles. */
    WIDE(
            7,
            "DB_POOL_MIN=0 DB_POOL_MAX=12 DB_POOL_SWEEP_INTERVAL=5s DB_POOL_IDLE_TIMEOUT=10s DB_CLEANUP_INTERVAL=30s"
                    + " DB_CLEANUP_IDLE_LIMIT=20s DB_CLEANUP_IDLE_IN_TRANSACTION_LIMIT=30s DB_CLEANUP_SCOPE=database"),
    /** Without a timer, but an operator may ask it for a pass. */
    OFF(
            4,
            "DB_POOL_MIN=5 DB_POOL_MAX=6 DB_POOL_SWEEP_INTERVAL=400ms DB_CLEANUP_ENABLED=false"
                    + " DB_CLEANUP_IDLE_LIMIT=1s DB_CLEANUP_IDLE_IN_TRANSACTION_LIMIT=1s DB_CLEANUP_SCOPE=application");

    /** Idle limit and interval of the strictest. */
    static final Duration STRICTEST_LIMIT = Duration.ofSeconds(3);

    static final Duration STRICTEST_INTERVAL = Duration.ofSeconds(1);

    private final int kept;
    private final String settings;

    NodeSettings(int kept, String settings) {
        this.kept = kept;
        this.settings = settings;
    }

    /** How many connections its application keeps: not all that the pool may have. */
    int kept() {
        return kept;
    }

    String nodeName() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    Map<String, String> environment() {
        Map<String, String> variables = new LinkedHashMap<>();
        for (String setting : settings.split(" ")) {
            int equals = setting.indexOf('=');
            variables.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        return variables;
    }
}
