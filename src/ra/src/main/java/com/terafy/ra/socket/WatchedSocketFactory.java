package com.terafy.ra.socket;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Optional;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@link WatchedSocket}s for the driver, which is told this class by its {@code socketFactory} property, and hands
 * the last one that the current thread made between {@link #begin} and {@link #end} to whoever opened the connection.
 * The driver makes some at other times, too, to cancel a statement; of those nothing must stay with the thread, which
 * may be the container's and outlive a deployment.
 */
public final class WatchedSocketFactory extends SocketFactory {

    private static final ThreadLocal<@Nullable Login> CURRENT = new ThreadLocal<>();

    private static final class Login {
        private @Nullable WatchedSocket last;
    }

    /** The current thread begins to open a connection; to be followed by {@link #end} in a finally block. */
    public static void begin() {
        CURRENT.set(new Login());
    }

    /** The socket that was made last since {@link #begin}; empty if the driver uses another factory. */
    public static Optional<WatchedSocket> end() {
        Login ended = CURRENT.get();
        CURRENT.remove();
        return ended == null ? Optional.empty() : Optional.ofNullable(ended.last);
    }

    @Override
    public Socket createSocket() throws IOException {
        WatchedSocket socket = new WatchedSocket();
        Login login = CURRENT.get();
        if (login != null) {
            login.last = socket;
        }
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port), null);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port), null);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return connected(new InetSocketAddress(host, port), new InetSocketAddress(localHost, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return connected(new InetSocketAddress(host, port), new InetSocketAddress(localHost, localPort));
    }

    private Socket connected(InetSocketAddress to, @Nullable InetSocketAddress from) throws IOException {
        Socket socket = createSocket();
        if (from != null) {
            socket.bind(from);
        }
        socket.connect(to);
        return socket;
    }
}
