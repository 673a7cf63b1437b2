package com.terafy.ra.spi;

import com.terafy.api.ConnectionInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/** Names those who hold a pool's connections, for the exception that a borrower gets when it is exhausted. */
final class Holders {

    /** More than these are counted, not named. */
    private static final int MOST_NAMED = 10;

    private Holders() {}

    /** How many, how long, where; the longest first. */
    static String describe(ManagedPool pool) {
        Instant now = Instant.now();
        List<ConnectionInfo> held = new PoolInside(pool)
                .connections().stream()
                        .filter(info -> info.borrower().isPresent())
                        .sorted(Comparator.comparing(
                                info -> info.borrower().orElseThrow().since()))
                        .toList();
        StringBuilder text =
                new StringBuilder(held.size() + " of " + pool.settings().size().max() + " are held");
        for (ConnectionInfo info : held.subList(0, Math.min(MOST_NAMED, held.size()))) {
            info.borrower()
                    .ifPresent(borrower -> text.append("; ")
                            .append(borrower.location().orElse("unknown place"))
                            .append(" on ")
                            .append(borrower.thread())
                            .append(" for ")
                            .append(Duration.between(borrower.since(), now).toMillis())
                            .append(" ms"));
        }
        return text.append('.').toString();
    }
}
