package com.terafy.ra.socket;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@link WatchedSocket}s for the driver, which is told this class by its {@code socketFactory} property, and hands
 * the last one that the current thread made to whoever opened the connection.
 */
public final class WatchedSocketFactory extends SocketFactory {

    private static final ThreadLocal<@Nullable WatchedSocket> LAST = new ThreadLocal<>();

    /** When the login that the current thread is at must be over, by {@link System#nanoTime}. */
    private static final ThreadLocal<@Nullable Long> DEADLINE = new ThreadLocal<>();

    /**
     * A login begins on the current thread. All its waits together end within that time: the driver knows timeouts in
     * whole seconds and for each wait only, and after one it may try again, without TLS for instance.
     */
    public static void loginBegins(Duration within) {
        DEADLINE.set(System.nanoTime() + within.toNanos());
    }

    /** The login is over, successful or not. */
    public static void loginEnded() {
        DEADLINE.remove();
        WatchedSocket last = LAST.get();
        if (last != null) {
            last.loginEnded();
        }
    }

    /** The socket of the connection that the current thread just opened; it is handed out once. */
    public static Optional<WatchedSocket> takeLast() {
        Optional<WatchedSocket> last = Optional.ofNullable(LAST.get());
        LAST.remove();
        return last;
    }

    @Override
    public Socket createSocket() throws IOException {
        WatchedSocket socket = new WatchedSocket(DEADLINE.get());
        LAST.set(socket);
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
