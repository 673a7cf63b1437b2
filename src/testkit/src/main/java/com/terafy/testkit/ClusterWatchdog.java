package com.terafy.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Ends all processes of a {@link PatroniCluster} and deletes its directory, when it is told to or when this JVM ends, be it
 * by {@code kill -9}: a shell that waits at the other end of a pipe.
 */
final class ClusterWatchdog {

    /**
     * The directory {@code pids} has a file for each program that was started; a node's postmaster is no child of its Patroni.
     * Patroni first, or it would start the server again.
     */
    private static final String SCRIPT = """
            trap '' INT TERM HUP
            read -r end
            cd "$1" || exit 0
            family() {
                echo $1
                for stat in /proc/[0-9]*/stat; do
                    read -r pid name state parent rest <"$stat" && [ "$parent" = "$1" ] && echo $pid
                done 2>/dev/null
            }
            for file in pids/*; do
                [ -e "$file" ] && kill -KILL $(family ${file#pids/}) 2>/dev/null
            done
            for file in */data/postmaster.pid; do
                read -r server <"$file" || continue
                [ "$(cat /proc/$server/comm)" = postgres ] && kill -KILL $(family $server)
            done 2>/dev/null
            cd /
            sleep 0.2
            rm -rf "$1"
            """;

    private final Process shell;

    private ClusterWatchdog(Process shell) {
        this.shell = shell;
    }

    static ClusterWatchdog over(Path home) {
        try {
            return new ClusterWatchdog(
                    Commands.prepare(List.of("/bin/sh", "-c", SCRIPT, "terafy-cluster-watchdog", home.toString()))
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start the watchdog", e);
        }
    }

    /** Now. */
    void trigger() {
        try {
            shell.getOutputStream().close();
            shell.waitFor();
        } catch (IOException e) {
            shell.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
