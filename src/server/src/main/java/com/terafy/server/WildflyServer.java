package com.terafy.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A WildFly on the loopback address, with a base directory of its own, so that the installation stays as it is.
 *
 * <p>Nothing stays behind: {@link #close()} ends it, the JVM's shutdown does it too, and after a {@code kill -9} of the
 * JVM a {@link ProcessWatchdog} does.
 *
 * <p>Thread-safe.
 */
public final class WildflyServer implements AutoCloseable {

    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Pattern STARTED = Pattern.compile("WFLYSRV002[56]: ");

    private final Process process;
    private final ProcessWatchdog watchdog;
    private final Thread atExit;
    private final Path base;
    private final List<String> deployments;
    private final int httpPort;
    private final int managementPort;

    WildflyServer(Process process, Path base, List<String> deployments, int httpPort, int managementPort) {
        this.process = process;
        this.base = base;
        this.deployments = List.copyOf(deployments);
        this.httpPort = httpPort;
        this.managementPort = managementPort;
        this.watchdog = ProcessWatchdog.over(process.toHandle());
        this.atExit = new Thread(this::end, "terafy-wildfly-exit");
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Describes a server of the installation at {@code home}. */
    public static WildflyServerBuilder of(Path home) {
        return new WildflyServerBuilder(home);
    }

    /** True if nobody listens on that port of the loopback address. */
    public static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    /** Where applications answer, without a slash at the end. */
    public String url() {
        return "http://127.0.0.1:" + httpPort;
    }

    /** The port of the management interface. */
    public int managementPort() {
        return managementPort;
    }

    /** What the server has logged so far: server.log. */
    public String log() {
        return textOf(logFile());
    }

    /** The file that {@link #log()} reads. */
    public Path logFile() {
        return base.resolve("log").resolve("server.log");
    }

    /**
     * Why something that was to be deployed at the start was not, by the name of its file; empty if all was. The
     * deployment scanner leaves a marker file beside each archive.
     */
    public Map<String, String> failedDeployments() {
        return deployments.stream()
                .filter(name -> Files.exists(marker(name, "failed")))
                .collect(Collectors.toMap(name -> name, name -> textOf(marker(name, "failed"))));
    }

    private boolean isSettled(String name) {
        return Files.exists(marker(name, "deployed")) || Files.exists(marker(name, "failed"));
    }

    private Path marker(String name, String what) {
        return base.resolve("deployments").resolve(name + "." + what);
    }

    private static String textOf(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Completes when the process has ended, whoever ended it. */
    public CompletableFuture<Process> onExit() {
        return process.onExit();
    }

    /**
     * Waits until the server has come up, with all that was to be deployed at the start, successfully or not.
     *
     * @throws IllegalStateException if it ends or takes longer
     */
    public WildflyServer awaitStarted(Duration limit) {
        return awaitStarted(limit, waited -> {});
    }

    /**
     * As {@link #awaitStarted(Duration)}.
     *
     * @param meanwhile is told again and again how long it has taken so far
     */
    WildflyServer awaitStarted(Duration limit, Consumer<Duration> meanwhile) {
        long begin = System.nanoTime();
        while (!(STARTED.matcher(log()).find() && deployments.stream().allMatch(this::isSettled))) {
            if (!isAlive()) {
                throw new IllegalStateException("WildFly ended while starting. See " + logFile());
            }
            Duration waited = Duration.ofNanos(System.nanoTime() - begin);
            if (waited.compareTo(limit) > 0) {
                throw new IllegalStateException("WildFly did not start within " + limit + ". See " + logFile());
            }
            meanwhile.accept(waited);
            pause();
        }
        return this;
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for WildFly", e);
        }
    }

    /** SIGSTOP: the server does nothing, with its sockets open, as a JVM that is paused. */
    public void freeze() {
        signal("STOP");
    }

    /** Undoes {@link #freeze()}. */
    public void thaw() {
        signal("CONT");
    }

    private void signal(String name) {
        String pid = Long.toString(process.pid());
        try {
            int failed = new ProcessBuilder("kill", "-" + name, pid).start().waitFor();
            if (failed != 0) {
                throw new IllegalStateException("kill -" + name + " " + pid + " failed: " + failed);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot send SIG" + name + " to " + pid, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while sending SIG" + name, e);
        }
    }

    /** SIGKILL: the server has no chance to do anything any more. Returns when it is gone. */
    public void kill() {
        process.destroyForcibly().onExit().join();
        close();
    }

    /** Ends the server. Closing twice is fine. */
    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException alreadyShuttingDown) {
            return;
        }
    }

    private synchronized void end() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        watchdog.dismiss();
    }
}
