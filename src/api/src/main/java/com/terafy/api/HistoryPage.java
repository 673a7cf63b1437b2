package com.terafy.api;

import java.util.List;
import java.util.Optional;

/**
 * Entries of the history, the newest first.
 *
 * @param durable whether they are kept in a file and so survive the deployment; while it cannot be written or read, only
 *     what is in memory is here
 * @param entries those that were wanted
 * @param next to be given as {@link HistoryQuery#before()} for those that follow; empty if there are none
 */
public record HistoryPage(boolean durable, List<HistoryEntry> entries, Optional<String> next) {

    public HistoryPage {
        entries = List.copyOf(entries);
    }
}
