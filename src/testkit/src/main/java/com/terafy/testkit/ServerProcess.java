package com.terafy.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The postmaster of one data directory as a process: started, signalled, ended. Knows nothing of SQL.
 *
 * <p>Not thread-safe; {@link TestPostgres} guards it.
 */
final class ServerProcess {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(10);
    /** The line of postmaster.pid with the state, see miscadmin.h, LOCK_FILE_LINE_PM_STATUS. */
    private static final int STATE_LINE = 7;

    private final Binaries binaries;
    private final ServerUser user;
    private final Path home;
    private @Nullable Process process;
    private @Nullable ProcessHandle postmaster;

    ServerProcess(Binaries binaries, ServerUser user, Path home) {
        this.binaries = binaries;
        this.user = user;
        this.home = home;
    }

    Path home() {
        return home;
    }

    Path data() {
        return home.resolve("data");
    }

    Path logFile() {
        return home.resolve("server.log");
    }

    /** Makes the data directory, with the superuser postgres and its password. */
    void initialize(String password) {
        Path passwordFile = write("superuser", password + "\n");
        Commands.require(user.command(List.of(
                binaries.program("initdb").toString(),
                "--pgdata=" + data(),
                "--username=postgres",
                "--pwfile=" + passwordFile,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync")));
        Directories.delete(passwordFile);
    }

    /** Writes a file that only the server's user may read. */
    Path write(String name, String content) {
        Path file = home.resolve(name);
        try {
            Files.writeString(file, content);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file, e);
        }
        user.giveTo(file);
        return file;
    }

    /** Starts the server and returns when it accepts connections. */
    void start(int port) {
        if (isRunning()) {
            throw new IllegalStateException("The server runs already");
        }
        List<String> command = user.command(List.of(
                binaries.program("postgres").toString(), "-D", data().toString(), "-p", Integer.toString(port)));
        try {
            process = Commands.prepare(command)
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start PostgreSQL", e);
        }
        awaitReady();
    }

    private void awaitReady() {
        try {
            Awaitility.await("PostgreSQL accepts connections")
                    .atMost(START_LIMIT)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(POLL)
                    .until(() -> isReady() || hasEnded());
        } catch (ConditionTimeoutException e) {
            kill();
            throw new IllegalStateException("PostgreSQL did not start within " + START_LIMIT + ":\n" + log(), e);
        }
        if (hasEnded()) {
            throw new IllegalStateException("PostgreSQL did not start:\n" + log());
        }
        postmaster = ProcessHandle.of(Long.parseLong(state().get(0))).orElseThrow();
    }

    private boolean hasEnded() {
        return process != null && !process.isAlive();
    }

    private boolean isReady() {
        List<String> state = state();
        return state.size() > STATE_LINE && state.get(STATE_LINE).strip().equals("ready");
    }

    private List<String> state() {
        try {
            return Files.readAllLines(data().resolve("postmaster.pid"));
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read postmaster.pid", e);
        }
    }

    boolean isRunning() {
        return postmaster != null && postmaster.isAlive();
    }

    /** The postmaster and its present children, the postmaster first; empty if it does not run. */
    List<ProcessHandle> family() {
        List<ProcessHandle> family = new ArrayList<>();
        if (postmaster != null && postmaster.isAlive()) {
            family.add(postmaster);
            postmaster.children().forEach(family::add);
        }
        return family;
    }

    /** The child with this process id, and no other process of the machine. */
    ProcessHandle child(long pid) {
        Optional<ProcessHandle> child = family().stream()
                .skip(1)
                .filter(process -> process.pid() == pid)
                .findFirst();
        return child.orElseThrow(() -> new IllegalArgumentException("This server has no backend with pid " + pid));
    }

    /** Ends the server by the signal (INT fast, QUIT immediate) and waits until it and its children are gone. */
    void stop(String signal) {
        List<ProcessHandle> family = family();
        if (family.isEmpty()) {
            return;
        }
        Commands.signal(signal, List.of(family.get(0).pid()));
        resume(family);
        awaitGone(family);
    }

    /** Ends the postmaster without a chance to say anything; its children notice and end by themselves. */
    void kill() {
        List<ProcessHandle> family = family();
        if (family.isEmpty()) {
            return;
        }
        family.get(0).destroyForcibly();
        resume(family.subList(1, family.size()));
        awaitGone(family);
    }

    /** Stops the postmaster first, so that no child escapes. */
    void freeze() {
        Commands.signal("STOP", pids(family().subList(0, 1)));
        Commands.signal("STOP", pids(family()));
    }

    void freezeChild(long pid) {
        Commands.signal("STOP", List.of(child(pid).pid()));
    }

    void thaw() {
        resume(family());
    }

    /** With them su, if it stands between: it stops itself when its child is stopped. */
    private void resume(List<ProcessHandle> family) {
        List<Long> stopped = new ArrayList<>(pids(family));
        if (process != null && process.isAlive()) {
            stopped.add(process.pid());
        }
        Commands.signal("CONT", stopped);
    }

    /** The file of a dead postmaster must go: its process id may belong to anyone soon. */
    private void awaitGone(List<ProcessHandle> family) {
        try {
            Awaitility.await("PostgreSQL has ended")
                    .atMost(STOP_LIMIT)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(POLL)
                    .until(() -> family.stream().noneMatch(ProcessHandle::isAlive));
        } catch (ConditionTimeoutException e) {
            family.forEach(ProcessHandle::destroyForcibly);
            throw new IllegalStateException("PostgreSQL did not end within " + STOP_LIMIT + ":\n" + log(), e);
        } finally {
            postmaster = null;
            Directories.delete(data().resolve("postmaster.pid"));
        }
        awaitReaped();
    }

    private void awaitReaped() {
        try {
            if (process != null && !process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process = null;
    }

    String log() {
        try {
            return Files.exists(logFile()) ? Files.readString(logFile(), StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + logFile(), e);
        }
    }

    /** Adds lines to postgresql.conf. */
    void configure(String lines) {
        try {
            Files.writeString(data().resolve("postgresql.conf"), lines, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write postgresql.conf", e);
        }
    }

    /** Replaces pg_hba.conf; the file keeps its owner. */
    void admit(String rules) {
        try {
            Files.writeString(data().resolve("pg_hba.conf"), rules, StandardOpenOption.TRUNCATE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write pg_hba.conf", e);
        }
    }

    static List<Long> pids(List<ProcessHandle> family) {
        return family.stream().map(ProcessHandle::pid).toList();
    }
}
