package com.terafy.server;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A shell that waits for the end of this JVM and then ends a process that must not outlive it. It reads from a pipe
 * that only this JVM holds, so even {@code kill -9} of the JVM is seen at once.
 */
final class ProcessWatchdog {

    /** The process has 10 seconds to end by itself. The signals of Ctrl-C reach the whole group: not for this shell. */
    private static final String SCRIPT = """
            trap '' HUP INT TERM
            read -r word
            [ "$word" = done ] && exit 0
            kill -TERM "$1"
            tries=0
            while kill -0 "$1" && [ $tries -lt 100 ]; do
                sleep 0.1
                tries=$((tries + 1))
            done
            kill -KILL "$1"
            """;

    private final Process shell;

    private ProcessWatchdog(Process shell) {
        this.shell = shell;
    }

    static ProcessWatchdog over(ProcessHandle process) {
        List<String> command =
                List.of("/bin/sh", "-c", SCRIPT, "terafy-wildfly-watchdog", Long.toString(process.pid()));
        try {
            return new ProcessWatchdog(new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start the watchdog", e);
        }
    }

    /** The process has ended: nothing is left to watch. */
    void dismiss() {
        try (OutputStream pipe = shell.getOutputStream()) {
            pipe.write("done\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            shell.destroyForcibly();
        }
    }
}
