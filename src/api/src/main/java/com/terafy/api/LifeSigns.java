package com.terafy.api;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which pool instances live, by what pg_stat_activity shows at one moment. Whoever lives has one of his sessions change
 * its state every {@link Lease#INTERVAL}: that with his {@link Lease}, or where he cannot have it, another one.
 */
public final class LifeSigns {

    /** Longer than a living instance keeps silent, unless it is cut off or held up: twelve renewals. */
    public static final Duration SILENCE = Duration.ofSeconds(60);

    private LifeSigns() {}

    /**
     * A session with the tag of a pool instance.
     *
     * @param stateChange its {@code state_change}; empty where that cannot be seen
     */
    public record Sign(int instance, Optional<Instant> stateChange) {}

    /**
     * Pool instances all of whose sessions can be seen, none of which has changed its state for that long.
     *
     * @param signs all sessions with a tag
     * @param now the server's clock
     */
    public static Set<Integer> silent(Collection<Sign> signs, Instant now, Duration silence) {
        Map<Integer, Boolean> silent = new HashMap<>();
        for (Sign sign : signs) {
            boolean old = sign.stateChange()
                    .filter(change -> change.plus(silence).isBefore(now))
                    .isPresent();
            silent.merge(sign.instance(), old, Boolean::logicalAnd);
        }
        return silent.entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }
}
