package com.terafy.it.nodes;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * When no node could end anything: PostgreSQL was frozen, or full while all that look had lost their leases. And when a
 * pool that had not gone did not say what it had lent, so that nothing without a tag may be ended. Thread-safe.
 */
final class Hindrances {

    /** What was seen before one counts no more, so that an instance must be seen silent for 30 s anew; and a renewal. */
    private static final Duration AFTERWARDS = Duration.ofSeconds(30 + 5);

    private record Window(Instant from, Instant until, boolean ofAll) {}

    private final List<Window> windows = new ArrayList<>(); // guarded by this; in the order of their beginning

    /** @param ofAll whether nothing could be ended, not only nothing without a tag */
    synchronized void add(Instant from, Instant until, boolean ofAll) {
        windows.add(new Window(from, until, ofAll));
        windows.sort(Comparator.comparing(Window::from));
    }

    /** How much longer the end of an orphan may take. */
    synchronized Duration of(Orphan orphan, Instant until) {
        Instant from = orphan.silentSince();
        Duration sum = Duration.ZERO;
        Instant counted = from;
        for (Window window : windows) {
            boolean hinders = (window.ofAll || !orphan.tagged()) && !window.from.equals(from); // not its own silence
            Instant begin = counted.isAfter(window.from) ? counted : window.from;
            Instant end = until.isBefore(window.until) ? until : window.until;
            if (hinders && begin.isBefore(end)) {
                sum = sum.plus(Duration.between(begin, end)).plus(AFTERWARDS);
                counted = end;
            }
        }
        return sum;
    }
}
