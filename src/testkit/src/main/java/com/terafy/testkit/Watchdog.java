package com.terafy.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * A shell that waits for the end of this JVM and then ends the server and deletes its directory. It reads from a pipe
 * that only this JVM holds, so even {@code kill -9} of the JVM is seen at once.
 *
 * <p>It finds the server through {@code postmaster.pid} at that moment, so one watchdog serves all restarts. Stopped
 * processes are continued, or they would not see the end of their postmaster; so is the one that started the server,
 * as su stops itself together with its child.
 */
final class Watchdog {

    private static final String SERVER = """
            trap '' HUP INT TERM
            read -r word
            [ "$word" = done ] && exit 0
            if read -r server <"$1/data/postmaster.pid"; then
                read -r pid name state starter rest <"/proc/$server/stat"
                children=
                for stat in /proc/[0-9]*/stat; do
                    read -r pid name state parent rest <"$stat" && [ "$parent" = "$server" ] && children="$children $pid"
                done
                kill -QUIT $server
                kill -CONT $server $starter $children
                tries=0
                while kill -0 $server && [ $tries -lt 30 ]; do
                    sleep 0.1
                    tries=$((tries + 1))
                done
                kill -KILL $server $children
            fi
            rm -rf "$1"
            """;

    /**
     * The directory {@code pids} has a file for each program that was started; a node's postmaster is no child of its Patroni.
     * Patroni first, or it would start the server again.
     */
    private static final String CLUSTER = """
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

    private Watchdog(Process shell) {
        this.shell = shell;
    }

    /** Over a server of its own, which it ends by SIGQUIT. */
    static Watchdog over(Path home) {
        return start(SERVER, "terafy-postgresql-watchdog", home);
    }

    /** Over all processes of a {@link PatroniCluster}, which it kills. */
    static Watchdog overCluster(Path home) {
        return start(CLUSTER, "terafy-cluster-watchdog", home);
    }

    private static Watchdog start(String script, String name, Path home) {
        try {
            return new Watchdog(Commands.prepare(List.of("/bin/sh", "-c", script, name, home.toString()))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start the watchdog", e);
        }
    }

    /** Ends what it watches and deletes the directory now. */
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

    /** Nothing is left to watch. */
    void dismiss() {
        try (OutputStream pipe = shell.getOutputStream()) {
            pipe.write("done\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            shell.destroyForcibly();
        }
    }
}
