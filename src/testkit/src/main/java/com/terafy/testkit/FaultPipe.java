package com.terafy.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * One connection through a {@link FaultProxy}: two sockets and a thread each way.
 *
 * <p>Thread-safe.
 */
final class FaultPipe {

    private static final int CONNECT_LIMIT_MILLIS = 5_000;
    private static final int BUFFER_BYTES = 16_384;

    private final Socket client;
    private final Socket server = new Socket();
    private final FaultLane toServer;
    private final FaultLane toClient;
    private final Consumer<FaultPipe> atEnd;
    private final AtomicInteger directionsOpen = new AtomicInteger(2);
    /** Set when one side was closed on purpose: what the other still sends goes nowhere. */
    private volatile boolean discarding;

    FaultPipe(Socket client, FaultLane toServer, FaultLane toClient, Consumer<FaultPipe> atEnd) {
        this.client = client;
        this.toServer = toServer;
        this.toClient = toClient;
        this.atEnd = atEnd;
    }

    /** Connects to the server and starts both directions. */
    void open(InetSocketAddress target) {
        FaultProxy.daemon("to-server", () -> {
            try {
                server.connect(target, CONNECT_LIMIT_MILLIS);
                server.setTcpNoDelay(true);
                client.setTcpNoDelay(true);
            } catch (IOException unreachable) {
                directionsOpen.set(0);
                abandon(toClient);
                atEnd.accept(this);
                return;
            }
            FaultProxy.daemon("to-client", () -> pump(server, client, toClient, toServer));
            pump(client, server, toServer, toClient);
        });
    }

    private void pump(Socket from, Socket to, FaultLane lane, FaultLane back) {
        try {
            forward(from, to, lane, back);
        } catch (InterruptedException e) {
            reset();
        } catch (IOException e) {
            abandon(lane);
        } finally {
            if (directionsOpen.decrementAndGet() == 0) {
                close(client);
                close(server);
                atEnd.accept(this);
            }
        }
    }

    private void forward(Socket from, Socket to, FaultLane lane, FaultLane back)
            throws IOException, InterruptedException {
        InputStream input = from.getInputStream();
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int length = input.read(buffer); length >= 0; length = input.read(buffer)) {
            int gone = 0;
            while (gone < length) {
                FaultLane.Admission admission = lane.admit(length - gone);
                write(to, buffer, gone, admission.bytes(), back);
                gone += admission.bytes();
                if (admission.cut()) {
                    discarding = true;
                    shutdownOutput(to);
                    close(from);
                    return;
                }
            }
        }
        lane.awaitCloseVisible();
        shutdownOutput(to);
    }

    /** A receiver that has gone is an error of the connection, unless that is the very thing to hide. */
    private void write(Socket to, byte[] buffer, int from, int length, FaultLane back) throws IOException {
        try {
            to.getOutputStream().write(buffer, from, length);
        } catch (IOException e) {
            if (!discarding && !back.hidesClose()) {
                throw e;
            }
        }
    }

    /**
     * The sender was reset, the receiver has gone, or the server was never reached: what is left is reset too, once it
     * may be told.
     */
    private void abandon(FaultLane lane) {
        if (discarding) {
            return;
        }
        try {
            lane.awaitCloseVisible();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        reset();
    }

    /** Ends both sides by RST. */
    void reset() {
        discarding = true;
        reset(client);
        reset(server);
    }

    /** FIN to the client only. */
    void closeToClient() {
        discarding = true;
        shutdownOutput(client);
    }

    /** FIN to the server only. */
    void closeToServer() {
        discarding = true;
        shutdownOutput(server);
    }

    static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException alreadyClosed) {
            return;
        }
        close(socket);
    }

    private static void shutdownOutput(Socket socket) {
        try {
            socket.shutdownOutput();
        } catch (IOException alreadyClosed) {
            return;
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException alreadyBroken) {
            return;
        }
    }
}
