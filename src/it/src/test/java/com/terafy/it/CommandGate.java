package com.terafy.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Between a client and PostgreSQL: lets everything through until a command comes that begins with the words that were
 * set; then it keeps back the command itself or the answer to it, and nothing more passes on that connection.
 */
final class CommandGate implements AutoCloseable {

    private final ServerSocket listener;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile Trap trap = new Trap("", false);

    /** What is waited for; a new one for each time. */
    private record Trap(String words, boolean letThrough, CountDownLatch sprung) {

        Trap(String words, boolean letThrough) {
            this(words, letThrough, new CountDownLatch(1));
        }

        boolean isFor(byte[] bytes, int length) {
            return !words.isEmpty() && new String(bytes, 0, length, StandardCharsets.ISO_8859_1).contains(words);
        }
    }

    CommandGate(int target) {
        this.target = target;
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        run(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** From now on such a command does not reach the server. */
    void stopCommand(String words) {
        trap = new Trap(words, false);
    }

    /** From now on the answer to such a command does not reach the client. */
    void stopAnswer(String words) {
        trap = new Trap(words, true);
    }

    void awaitStopped() throws InterruptedException {
        if (!trap.sprung().await(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("Nobody has sent " + trap.words());
        }
    }

    /** Ends all connections and lets everything through again. */
    void open() {
        trap = new Trap("", false);
        open.forEach(CommandGate::close);
        open.clear();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                open.addAll(Set.of(client, server));
                Lane lane = new Lane(client, server);
                run(lane::commands);
                run(lane::answers);
            }
        } catch (IOException closed) {
            open();
        }
    }

    private static void run(Runnable task) {
        Thread thread = new Thread(task, "command-gate");
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        open();
    }

    /** One connection; where it was stopped it stays open and silent. */
    private final class Lane {

        private final Socket client;
        private final Socket server;
        private volatile boolean stopped;

        Lane(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void commands() {
            pump(client, server, true);
        }

        void answers() {
            pump(server, client, false);
        }

        private void pump(Socket from, Socket to, boolean commands) {
            byte[] buffer = new byte[8192];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                    if (!stopped && commands && trap.isFor(buffer, length)) {
                        stop(out, Arrays.copyOf(buffer, length));
                    } else if (!stopped) {
                        out.write(buffer, 0, length);
                    }
                }
            } catch (IOException ended) {
                stopped = true; // the other direction has closed both
            }
            CommandGate.close(from);
            CommandGate.close(to);
        }

        private void stop(OutputStream out, byte[] command) throws IOException {
            Trap sprung = trap;
            stopped = true;
            if (sprung.letThrough()) {
                out.write(command);
            }
            sprung.sprung().countDown();
        }
    }
}
