package com.terafy.ra.socket;

import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Waits until a channel that does not block can be read, or written. Unlike a channel that blocks, it is not closed when
 * the waiting thread is interrupted: the wait goes on, as with a plain socket, and the thread finds its flag set
 * afterwards.
 *
 * <p>For one thread at a time; {@link #close} may come from any, and ends the wait.
 */
final class Readiness {

    private final SocketChannel channel;
    private final int operation;

    /** Null until it is needed; written under this. */
    private volatile @Nullable Selector selector;

    /** Guarded by this. */
    private boolean closed;

    /** @param operation of {@link java.nio.channels.SelectionKey} */
    Readiness(SocketChannel channel, int operation) {
        this.channel = channel;
        this.operation = operation;
    }

    /**
     * Waits.
     *
     * @param timeoutMillis zero for ever
     * @return false if the time is over
     * @throws SocketException if the socket is closed meanwhile
     */
    boolean await(int timeoutMillis) throws IOException {
        Selector waiting = selector();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        boolean interrupted = false;
        try {
            long left = timeoutMillis;
            while (waiting.select(key -> {}, left) == 0) {
                interrupted |= Thread.interrupted();
                if (!channel.isOpen()) {
                    throw new SocketException("Socket closed");
                }
                if (timeoutMillis != 0) {
                    left = millisLeft(deadline);
                    if (left <= 0) {
                        return false;
                    }
                }
            }
            return true;
        } catch (ClosedSelectorException closedMeanwhile) {
            throw new SocketException("Socket closed");
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static long millisLeft(long deadline) {
        return TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime() + 999_999);
    }

    private Selector selector() throws IOException {
        Selector present = selector;
        return present == null ? open() : present;
    }

    private synchronized Selector open() throws IOException {
        if (closed) {
            throw new SocketException("Socket closed");
        }
        Selector opened = Selector.open();
        try {
            channel.register(opened, operation);
        } catch (IOException | RuntimeException failed) {
            opened.close();
            throw failed;
        }
        selector = opened;
        return opened;
    }

    /** After the channel; whoever waits is told that the socket is closed. */
    synchronized void close() throws IOException {
        closed = true;
        Selector opened = selector;
        if (opened != null) {
            opened.close();
        }
    }
}
