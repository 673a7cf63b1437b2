package com.terafy.ra.socket;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@link WatchedSocket}s for the driver, which is told this class by its {@code socketFactory} property, and hands
 * the last one that the current thread made in a login to whoever opened the connection.
 * The driver makes some at other times, too, to cancel a statement; of those nothing must stay with the thread, which
 * may be the container's and outlive a deployment.
 */
public final class WatchedSocketFactory extends SocketFactory {

    private static final ThreadLocal<@Nullable Login> CURRENT = new ThreadLocal<>();

    private static final class Login {
        private final long deadlineNanos;
        private final UnaryOperator<InetSocketAddress> route;
        private @Nullable WatchedSocket last;

        Login(long deadlineNanos, UnaryOperator<InetSocketAddress> route) {
            this.deadlineNanos = deadlineNanos;
            this.route = route;
        }
    }

    /**
     * A login begins on the current thread; to be followed by {@link #loginEnded} in a finally block. All its waits
     * together end within that time: the driver knows timeouts in whole seconds and for each wait only, and after one it
     * may try again, without TLS for instance.
     *
     * @param route where the sockets of this login connect to instead of where the driver says
     */
    public static void loginBegins(Duration within, UnaryOperator<InetSocketAddress> route) {
        CURRENT.set(new Login(System.nanoTime() + within.toNanos(), route));
    }

    /**
     * The login is over, successful or not.
     *
     * @return the socket that was made last since it began; empty if the driver uses another factory
     */
    public static Optional<WatchedSocket> loginEnded() {
        Login ended = CURRENT.get();
        CURRENT.remove();
        WatchedSocket last = ended == null ? null : ended.last;
        if (last != null) {
            last.endsNever();
        }
        return Optional.ofNullable(last);
    }

    @Override
    public Socket createSocket() throws IOException {
        Login login = CURRENT.get();
        if (login == null) {
            return new WatchedSocket(null, UnaryOperator.identity());
        }
        WatchedSocket socket = new WatchedSocket(login.deadlineNanos, login.route);
        login.last = socket;
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
