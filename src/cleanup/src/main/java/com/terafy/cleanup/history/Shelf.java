package com.terafy.cleanup.history;

import com.terafy.api.HistoryKind;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Where entries are kept: each shelf has its own bound, so that a flood of refusals pushes no action out. */
enum Shelf {
    ACTIONS,
    LOOKS,
    REFUSALS;

    static Shelf of(HistoryKind kind) {
        return switch (kind) {
            case TERMINATE, CANCEL, FLUSH, SETTINGS, PAUSE, RESUME, CLEANUP_RUN -> ACTIONS;
            case QUERY_TEXTS -> LOOKS;
            case REFUSAL, FAILED_LOGIN -> REFUSALS;
        };
    }

    /** Those that have entries of these kinds; of all if there is none. */
    static List<Shelf> of(Set<HistoryKind> kinds) {
        return kinds.isEmpty()
                ? Arrays.asList(values())
                : kinds.stream().map(Shelf::of).distinct().toList();
    }
}
