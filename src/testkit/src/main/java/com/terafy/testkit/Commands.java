package com.terafy.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs of the operating system that are run to their end. */
final class Commands {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private Commands() {}

    /** What a program that ended left behind; {@code output} holds both of its streams. */
    record Outcome(int exitCode, String output) {

        boolean succeeded() {
            return exitCode == 0;
        }
    }

    /**
     * Runs the command.
     *
     * @throws UncheckedIOException if there is no such program
     * @throws IllegalStateException if it does not end in time
     */
    static Outcome run(List<String> command) {
        ProcessBuilder builder = prepare(command).redirectErrorStream(true);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String output;
            try (InputStream stream = process.getInputStream()) {
                output = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            }
            if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(command.get(0) + " did not end within " + LIMIT);
            }
            return new Outcome(process.exitValue(), output);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot run " + command.get(0), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for " + command.get(0), e);
        }
    }

    /** Runs the command and throws with its output if it fails. */
    static String require(List<String> command) {
        Outcome outcome = run(command);
        if (!outcome.succeeded()) {
            throw new IllegalStateException(
                    command + " failed with exit code " + outcome.exitCode() + ":\n" + outcome.output());
        }
        return outcome.output();
    }

    /** Sends a signal, for example {@code STOP}; by the shell's own kill, as /bin/kill is not everywhere. */
    static boolean signal(String name, Collection<Long> pids) {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "kill -\"$0\" \"$@\"", name));
        pids.forEach(pid -> command.add(Long.toString(pid)));
        return pids.isEmpty() || run(command).succeeded();
    }

    /** A builder whose environment has none of the variables that PostgreSQL's programs listen to. */
    static ProcessBuilder prepare(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
        builder.environment().put("LC_ALL", "C");
        return builder;
    }
}
