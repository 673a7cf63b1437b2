package com.terafy.cleanup.history;

import com.terafy.api.HistoryCount;
import com.terafy.api.HistoryEvent;
import com.terafy.api.HistoryKind;
import com.terafy.api.HistoryOutcome;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** How often each thing that can be told was told. Thread-safe. */
final class Tally {

    private record Pair(HistoryKind kind, HistoryOutcome outcome) {}

    private final ConcurrentMap<Pair, Long> counts = new ConcurrentHashMap<>();

    void count(HistoryEvent event) {
        counts.merge(new Pair(event.kind(), event.outcome()), 1L, Long::sum);
    }

    /** Of every pair that there can be, in their order. */
    List<HistoryCount> counts() {
        return Arrays.stream(HistoryKind.values())
                .flatMap(kind -> kind.outcomes().stream()
                        .sorted()
                        .map(outcome ->
                                new HistoryCount(kind, outcome, counts.getOrDefault(new Pair(kind, outcome), 0L))))
                .toList();
    }
}
