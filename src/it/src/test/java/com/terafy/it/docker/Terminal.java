package com.terafy.it.docker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs command lines as a person would type them. */
final class Terminal {

    /** Far longer than any of them takes, also on a busy machine. */
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final Path directory;
    private final Map<String, String> environment;

    Terminal(Path directory, Map<String, String> environment) {
        this.directory = directory;
        this.environment = Map.copyOf(environment);
    }

    /** Another one, with one variable more. */
    Terminal with(String variable, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(variable, value);
        return new Terminal(directory, more);
    }

    /** What a command line left behind; {@code output} holds both of its streams. */
    record Outcome(int exitCode, String output) {}

    /** Runs the line and gives its output; throws if it fails. */
    String run(String line) {
        Outcome outcome = attempt(line);
        if (outcome.exitCode() != 0) {
            throw new AssertionError(line + "\nfailed with exit code " + outcome.exitCode() + ":\n" + outcome.output());
        }
        return outcome.output();
    }

    /** Runs the line, whatever its end. */
    Outcome attempt(String line) {
        try {
            Process process = start(line);
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(line + "\ndid not end within " + LIMIT);
            }
            return new Outcome(process.exitValue(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted in " + line, e);
        }
    }

    /** Starts the line and does not wait for it. */
    Process start(String line) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("timeout", "-k", "5", "" + LIMIT.toSeconds(), "bash", "-c", line);
        builder.directory(directory.toFile()).redirectErrorStream(true);
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("DB_") || name.startsWith("TERAFY_") || name.startsWith("COMPOSE_"));
        builder.environment().putAll(environment);
        return builder.start();
    }
}
