package com.terafy.api;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One entry of the history: a {@link HistoryEvent} with when and where it was told. Everything that is not explained
 * here is explained there.
 *
 * @param id 32 hexadecimal digits, different for every entry; the later one is the greater
 * @param at when it was told, by the clock of this server
 * @param node name of this server
 * @param pool name of the pool
 */
public record HistoryEntry(
        String id,
        Instant at,
        String node,
        String pool,
        HistoryKind kind,
        HistoryOutcome outcome,
        boolean timer,
        String who,
        Optional<String> from,
        String why,
        String what,
        Optional<HistoryTarget> target,
        List<Integer> pids,
        Optional<Integer> count,
        Optional<Integer> status) {

    public HistoryEntry {
        pids = List.copyOf(pids);
    }

    /** The event, told there and then. */
    public static HistoryEntry of(String id, Instant at, String node, String pool, HistoryEvent event) {
        return new HistoryEntry(
                id,
                at,
                node,
                pool,
                event.kind(),
                event.outcome(),
                event.timer(),
                event.who(),
                event.from(),
                event.why(),
                event.what(),
                event.target(),
                event.pids(),
                event.count(),
                event.status());
    }
}
