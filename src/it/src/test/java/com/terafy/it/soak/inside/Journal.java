package com.terafy.it.soak.inside;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * What the threads did, in a file, which outlives the application: a line as a task begins, {@code B thread id time
 * task}, and one as it ends, {@code E thread id time borrowed fate failure}, without the last if it succeeded.
 *
 * <p>Thread-safe.
 */
final class Journal implements AutoCloseable {

    private final BufferedWriter lines; // guarded by this

    Journal(Path file) {
        try {
            lines = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void begun(int thread, Attempt attempt) {
        write("B " + thread + " " + attempt.id() + " " + System.currentTimeMillis() + " "
                + attempt.task().action());
    }

    void ended(int thread, Attempt attempt, @Nullable String failure) {
        write("E " + thread + " " + attempt.id() + " " + System.currentTimeMillis() + " " + attempt.borrowedAt() + " "
                + attempt.fate() + (failure == null ? "" : " " + failure));
    }

    private synchronized void write(String line) {
        try {
            lines.write(line.replace('\n', ' '));
            lines.write('\n');
            lines.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void close() {
        try {
            lines.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
