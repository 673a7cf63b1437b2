package com.terafy.cleanup.history;

import com.terafy.api.HistoryEntry;
import com.terafy.api.HistoryQuery;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The last entries of each shelf, at most {@link #MOST}. Thread-safe. */
final class RecentEntries {

    /** Entries of each shelf. */
    static final int MOST = 1000;

    private final Map<Shelf, Deque<HistoryEntry>> shelves = new EnumMap<>(Shelf.class); // guarded by this

    synchronized void add(HistoryEntry entry) {
        Deque<HistoryEntry> entries = shelves.computeIfAbsent(Shelf.of(entry.kind()), shelf -> new ArrayDeque<>());
        if (entries.size() == MOST) {
            entries.removeFirst();
        }
        entries.addLast(entry);
    }

    /** Those that are wanted, in no order. */
    synchronized List<HistoryEntry> matching(HistoryQuery query) {
        return shelves.values().stream()
                .flatMap(Deque::stream)
                .filter(query::matches)
                .toList();
    }
}
