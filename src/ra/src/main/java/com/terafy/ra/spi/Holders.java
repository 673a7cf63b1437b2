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

    /** A report serves all who ask within that time: it costs a walk of each holder's stack. */
    private static final Duration VALID_FOR = Duration.ofSeconds(1);

    private final ManagedPool pool;

    /** Guarded by this. */
    private String report = "";

    private long reportedNanos;

    Holders(ManagedPool pool) {
        this.pool = pool;
    }

    /** How many, how long, where; the longest first. */
    synchronized String describe() {
        long now = System.nanoTime();
        if (report.isEmpty() || now - reportedNanos > VALID_FOR.toNanos()) {
            report = look();
            reportedNanos = System.nanoTime();
        }
        return report;
    }

    private String look() {
        Instant now = Instant.now();
        List<ConnectionInfo> held = new PoolInside(pool)
                .connections().stream()
                        .filter(info -> info.borrower().isPresent())
                        .sorted(Comparator.comparing(
                                info -> info.borrower().orElseThrow().since()))
                        .toList();
        StringBuilder text =
                new StringBuilder(held.size() + " of " + pool.sessions().max() + " are held");
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
