package com.terafy.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Collections;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A bad network on the loopback address: clients connect to {@link #port()}, and what they and the server say passes
 * through {@link #toServer()} and {@link #toClient()}, each of which can be spoiled and mended at any time.
 *
 * <p>Thread-safe. All threads are daemons; at most {@value #MAX_CONNECTIONS} connections are open, more are reset.
 */
public final class FaultProxy implements AutoCloseable {

    private static final int MAX_CONNECTIONS = 500;
    private static final int BACKLOG = 200;
    private static final int STOP_LIMIT_MILLIS = 5_000;
    private static final long RESET_LIMIT_NANOS = 500_000_000;
    private static final long RESET_POLL_NANOS = 100_000;

    /** What happens to new connections. */
    private enum Door {
        OPEN,
        RESET,
        REFUSE,
        CLOSED
    }

    private final InetSocketAddress target;
    private final int port = LocalPorts.free();
    private final FaultLane toServer = new FaultLane(() -> forEach(FaultPipe::closeToServer));
    private final FaultLane toClient = new FaultLane(() -> forEach(FaultPipe::closeToClient));
    private final Set<FaultPipe> pipes = ConcurrentHashMap.newKeySet();
    private final AtomicLong accepted = new AtomicLong();
    private volatile Door door = Door.REFUSE; // written under this
    private @Nullable ServerSocket listener; // guarded by this
    private @Nullable Thread acceptor; // guarded by this

    private FaultProxy(InetSocketAddress target) {
        this.target = target;
    }

    /** A proxy without faults in front of the address. */
    public static FaultProxy to(String host, int port) {
        FaultProxy proxy = new FaultProxy(new InetSocketAddress(host, port));
        proxy.open();
        return proxy;
    }

    /** A proxy without faults in front of the server. */
    public static FaultProxy to(TestPostgres postgres) {
        return to(postgres.host(), postgres.port());
    }

    public String host() {
        return "localhost";
    }

    public int port() {
        return port;
    }

    /** The JDBC URL of a database through the proxy, without user and password. */
    public String url(String database) {
        return "jdbc:postgresql://" + host() + ":" + port + "/" + database;
    }

    /** What clients send. */
    public FaultLane toServer() {
        return toServer;
    }

    /** What the server sends. */
    public FaultLane toClient() {
        return toClient;
    }

    /** Mends everything: both directions pass and new connections are accepted. */
    public void pass() {
        toServer.pass();
        toClient.pass();
        open();
    }

    /** Freezes both directions: nothing arrives, nobody is told. */
    public void freeze() {
        toServer.freeze();
        toClient.freeze();
    }

    /** Accepts new connections. */
    public synchronized void open() {
        if (door == Door.CLOSED) {
            throw new IllegalStateException("The proxy is closed");
        }
        door = Door.OPEN;
        listen();
    }

    /** Refuses new connections; those that are open stay. */
    public synchronized void refuse() {
        if (door != Door.CLOSED) {
            door = Door.REFUSE;
            stopListening();
        }
    }

    /** Accepts new connections and resets them at once. */
    public synchronized void resetNew() {
        open();
        door = Door.RESET;
    }

    /** Ends all open connections by RST, on both sides; returns when both are told. */
    public void reset() {
        Set<FaultPipe> open = Set.copyOf(pipes);
        open.forEach(FaultPipe::reset);
        awaitEnd(open);
    }

    /** The kernel tells them when the last thread has left its system call; one that waits in a frozen lane is in none. */
    private void awaitEnd(Set<FaultPipe> told) {
        long began = System.nanoTime();
        while (!Collections.disjoint(pipes, told) && System.nanoTime() - began < RESET_LIMIT_NANOS) {
            LockSupport.parkNanos(RESET_POLL_NANOS);
        }
    }

    /** How many connections were accepted so far. */
    public long accepted() {
        return accepted.get();
    }

    /** How many connections are open now. */
    public int openConnections() {
        return pipes.size();
    }

    /** Resets all connections and stops listening, for good. */
    @Override
    public void close() {
        synchronized (this) {
            door = Door.CLOSED;
            stopListening();
        }
        toServer.end();
        toClient.end();
        reset();
    }

    private void forEach(Consumer<FaultPipe> action) {
        pipes.forEach(action);
    }

    private synchronized void listen() {
        if (listener != null) {
            return;
        }
        try {
            ServerSocket fresh = new ServerSocket();
            fresh.setReuseAddress(true);
            fresh.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
            listener = fresh;
            acceptor = daemon("accept", () -> acceptAll(fresh));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot listen on port " + port, e);
        }
    }

    /** The kernel listens until the accepting thread has left its system call, so that is waited for. */
    private synchronized void stopListening() {
        if (listener == null || acceptor == null) {
            return;
        }
        try {
            listener.close();
            listener = null;
            acceptor.join(STOP_LIMIT_MILLIS);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot close port " + port, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void acceptAll(ServerSocket from) {
        while (!from.isClosed()) {
            try {
                accept(from.accept());
            } catch (IOException closed) {
                return;
            }
        }
    }

    /** A connection that waited in the backlog when the door was shut is reset, as the kernel does it. */
    private void accept(Socket client) {
        accepted.incrementAndGet();
        if (door != Door.OPEN || pipes.size() >= MAX_CONNECTIONS) {
            FaultPipe.reset(client);
            return;
        }
        FaultPipe pipe = new FaultPipe(client, toServer, toClient, pipes::remove);
        pipes.add(pipe);
        pipe.open(target);
        if (door == Door.CLOSED) {
            pipe.reset();
        }
    }

    static Thread daemon(String name, Runnable work) {
        Thread thread = new Thread(work, "terafy-fault-proxy-" + name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Override
    public String toString() {
        return "FaultProxy[" + port + " → " + target + ", " + door + "]";
    }
}
