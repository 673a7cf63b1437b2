package com.terafy.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL and the Patroni that rules it, at an address of their own of the loopback network.
 *
 * <p>Not thread-safe; {@link PatroniCluster} guards it.
 */
final class ClusterNode {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofMillis(20);

    private final String name;
    private final String address;
    private final Path home;
    private final Function<ClusterNode, Process> starter;
    private @Nullable Process patroni;

    /** @param starter starts Patroni */
    ClusterNode(String name, String address, Path home, Function<ClusterNode, Process> starter) {
        this.name = name;
        this.address = address;
        this.home = home;
        this.starter = starter;
    }

    String name() {
        return name;
    }

    String address() {
        return address;
    }

    Path home() {
        return home;
    }

    Path data() {
        return home.resolve("data");
    }

    void start() {
        patroni = starter.apply(this);
    }

    /** Patroni with its children first, then the postmaster, then its children. */
    private List<ProcessHandle> processes() {
        List<ProcessHandle> all = new ArrayList<>();
        if (patroni != null && patroni.isAlive()) {
            all.add(patroni.toHandle());
            patroni.descendants().forEach(all::add);
        }
        postmaster().filter(server -> !all.contains(server)).ifPresent(server -> {
            all.add(server);
            server.descendants().forEach(all::add);
        });
        return all;
    }

    /** The file outlives the server where that was killed. */
    private Optional<ProcessHandle> postmaster() {
        try {
            Path file = data().resolve("postmaster.pid");
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            String pid = Files.readAllLines(file).get(0).strip();
            Path command = Path.of("/proc", pid, "comm");
            return Files.exists(command) && Files.readString(command).strip().equals("postgres")
                    ? ProcessHandle.of(Long.parseLong(pid))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read postmaster.pid of " + name, e);
        }
    }

    /** SIGKILL to all of it; returns when all is gone. */
    void kill() {
        Awaitility.await(name + " is gone")
                .atMost(LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(POLL)
                .until(() -> {
                    List<ProcessHandle> left = processes();
                    left.forEach(ProcessHandle::destroyForcibly);
                    return left.isEmpty();
                });
    }

    /** SIGSTOP to all of it; those that are forked meanwhile too. */
    void freeze() {
        List<ProcessHandle> before;
        List<ProcessHandle> after = List.of();
        do {
            before = after;
            after = processes();
            signal("STOP", after);
        } while (!after.equals(before));
    }

    void thaw() {
        signal("CONT", processes());
    }

    private static void signal(String signal, List<ProcessHandle> processes) {
        Commands.signal(signal, processes.stream().map(ProcessHandle::pid).toList());
    }

    @Override
    public String toString() {
        return name;
    }
}
