package com.terafy.server;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Says every few seconds how long something has been starting, and what is deployed by now. Not thread-safe. */
final class StartProgress implements Consumer<Duration> {

    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final Supplier<List<String>> deployed;
    private final PrintStream out;
    private Duration next = INTERVAL;

    StartProgress(Supplier<List<String>> deployed, PrintStream out) {
        this.deployed = deployed;
        this.out = out;
    }

    @Override
    public void accept(Duration waited) {
        if (waited.compareTo(next) < 0) {
            return;
        }
        List<String> done = deployed.get();
        out.printf("  %d s%s%n", waited.toSeconds(), done.isEmpty() ? "" : ", deployed: " + String.join(", ", done));
        next = Duration.ofSeconds(waited.toSeconds()).plus(INTERVAL);
    }
}
