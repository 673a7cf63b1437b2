package com.terafy.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

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
    private final Path log;
    private final int httpPort;
    private final int managementPort;

    WildflyServer(Process process, Path log, int httpPort, int managementPort) {
        this.process = process;
        this.log = log;
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
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + log, e);
        }
    }

    /** The file that {@link #log()} reads. */
    public Path logFile() {
        return log;
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
        long deadline = System.nanoTime() + limit.toNanos();
        while (!STARTED.matcher(log()).find()) {
            if (!isAlive()) {
                throw new IllegalStateException("WildFly ended while starting. See " + log);
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("WildFly did not start within " + limit + ". See " + log);
            }
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
