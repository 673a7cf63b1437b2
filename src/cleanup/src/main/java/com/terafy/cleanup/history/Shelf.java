package com.terafy.cleanup.history;

import com.terafy.api.HistoryKind;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Where entries are kept: each shelf has its own bound, so that a flood pushes nothing of the others out. Whoever has a
 * login can be refused as often as he likes.
 */
enum Shelf {
    ACTIONS,
    LOOKS,
    REFUSALS,
    LOGINS;

    static Shelf of(HistoryKind kind) {
        return switch (kind) {
            case TERMINATE, CANCEL, FLUSH, SETTINGS, PAUSE, RESUME, CLEANUP_RUN -> ACTIONS;
            case QUERY_TEXTS -> LOOKS;
            case REFUSAL -> REFUSALS;
            case FAILED_LOGIN -> LOGINS;
        };
    }

    /** Those that have entries of these kinds; of all if there is none. */
    static List<Shelf> of(Set<HistoryKind> kinds) {
        return kinds.isEmpty()
                ? Arrays.asList(values())
                : kinds.stream().map(Shelf::of).distinct().toList();
    }
}
