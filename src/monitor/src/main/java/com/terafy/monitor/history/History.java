package com.terafy.monitor.history;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The last samples, at most {@link #MOST}. Thread-safe. */
public final class History {

    /** Time between two samples. */
    public static final Duration INTERVAL = Duration.ofSeconds(5);

    /** A quarter of an hour. */
    public static final int MOST = 180;

    private final Deque<Sample> samples = new ArrayDeque<>(MOST); // guarded by this

    /** Adds one and forgets the oldest beyond the bound. */
    public synchronized void add(Sample sample) {
        if (samples.size() == MOST) {
            samples.removeFirst();
        }
        samples.addLast(sample);
    }

    /** Those that are kept, oldest first. */
    public synchronized List<Sample> samples() {
        return new ArrayList<>(samples);
    }
}
