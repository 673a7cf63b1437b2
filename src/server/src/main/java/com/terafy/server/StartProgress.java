package com.terafy.server;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.Consumer;

/** Says every few seconds how long something has been starting. Not thread-safe. */
final class StartProgress implements Consumer<Duration> {

    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final PrintStream out;
    private Duration next = INTERVAL;

    StartProgress(PrintStream out) {
        this.out = out;
    }

    @Override
    public void accept(Duration waited) {
        if (waited.compareTo(next) >= 0) {
            out.printf("  %d s%n", waited.toSeconds());
            next = Duration.ofSeconds(waited.toSeconds()).plus(INTERVAL);
        }
    }
}
