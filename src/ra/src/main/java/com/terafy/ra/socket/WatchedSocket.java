package com.terafy.ra.socket;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A socket over a channel, which can be asked between two uses whether the other end is still there, without a round
 * trip and without taking anything from the stream.
 *
 * <p>Unlike a plain socket, a channel is closed when a thread is interrupted while it reads or writes. An interrupt that
 * came before is therefore put aside during the operation, so that only one that comes in the middle of it ends the
 * connection.
 *
 * <p>Used by one thread at a time, like the connection it belongs to; closing it from another thread is safe.
 */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // the channel's socket has locks of its own
public final class WatchedSocket extends Socket {

    private static final int NONE = -1;

    private final SocketChannel channel;
    private final Socket socket;
    private final ByteBuffer oneByte = ByteBuffer.allocateDirect(1);
    /** When the login must be over, by {@link System#nanoTime}; null for no limit. Read and written by its thread. */
    private @Nullable Long deadlineNanos;

    private @Nullable LongSupplier clock;
    private long heardNanos;

    private @Nullable Input input;
    private @Nullable OutputStream output;

    WatchedSocket(@Nullable Long deadlineNanos) throws IOException {
        super((SocketImpl) null);
        this.deadlineNanos = deadlineNanos;
        limited(0);
        channel = SocketChannel.open();
        socket = channel.socket();
    }

    void loginEnded() {
        deadlineNanos = null;
    }

    /** The timeout that leaves the login in time; zero is none, as for sockets. */
    private int limited(int timeoutMillis) throws SocketTimeoutException {
        Long deadline = deadlineNanos;
        if (deadline == null) {
            return timeoutMillis;
        }
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
            throw new SocketTimeoutException("the time for the login is over");
        }
        return timeoutMillis == 0 || timeoutMillis > left ? (int) Math.min(left, Integer.MAX_VALUE) : timeoutMillis;
    }

    /**
     * Looks whether the other end has closed or said something. A byte that has come stays in the stream. Never while
     * somebody reads.
     */
    public PeerState peek() {
        Input in = input;
        if (in == null || in.hasByteAside()) {
            return in == null ? PeerState.ENDED : PeerState.SPOKE;
        }
        boolean interrupted = Thread.interrupted();
        try {
            return look(in);
        } catch (IOException closedOrReset) {
            return PeerState.ENDED;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** From now on it notes by that clock when the other end was last heard of. */
    public void watch(LongSupplier newClock) {
        clock = newClock;
        heardNanos = newClock.getAsLong();
    }

    /** When the other end was last heard of, by the clock of {@link #watch}. */
    public long heardNanos() {
        return heardNanos;
    }

    private PeerState look(Input in) throws IOException {
        int count;
        channel.configureBlocking(false);
        try {
            oneByte.clear();
            count = channel.read(oneByte);
        } finally {
            channel.configureBlocking(true);
        }
        if (count > 0) {
            in.putAside(oneByte.get(0));
            return PeerState.SPOKE;
        }
        return count == 0 ? PeerState.SILENT : PeerState.ENDED;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        if (input == null) {
            input = new Input(socket.getInputStream());
        }
        return input;
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        if (output == null) {
            output = new Output(socket.getOutputStream());
        }
        return output;
    }

    /** Reads what was put aside first. */
    private final class Input extends InputStream {
        private final InputStream stream;
        private int aside = NONE;

        Input(InputStream stream) {
            this.stream = stream;
        }

        boolean hasByteAside() {
            return aside != NONE;
        }

        void putAside(byte read) {
            aside = Byte.toUnsignedInt(read);
        }

        private int takeAside() {
            int taken = aside;
            aside = NONE;
            return taken;
        }

        @Override
        public int read() throws IOException {
            if (aside != NONE) {
                return takeAside();
            }
            boolean interrupted = Thread.interrupted();
            try {
                return noted(stream.read());
            } finally {
                restore(interrupted);
            }
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (aside != NONE && length > 0) {
                bytes[offset] = (byte) takeAside();
                return 1;
            }
            boolean interrupted = Thread.interrupted();
            try {
                return noted(stream.read(bytes, offset, length));
            } finally {
                restore(interrupted);
            }
        }

        private int noted(int read) {
            LongSupplier watching = clock;
            if (read >= 0 && watching != null) {
                heardNanos = watching.getAsLong();
            }
            return read;
        }

        @Override
        public int available() throws IOException {
            return stream.available() + (aside == NONE ? 0 : 1);
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }

    private static final class Output extends OutputStream {
        private final OutputStream stream;

        Output(OutputStream stream) {
            this.stream = stream;
        }

        @Override
        public void write(int value) throws IOException {
            boolean interrupted = Thread.interrupted();
            try {
                stream.write(value);
            } finally {
                restore(interrupted);
            }
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            boolean interrupted = Thread.interrupted();
            try {
                stream.write(bytes, offset, length);
            } finally {
                restore(interrupted);
            }
        }

        @Override
        public void flush() throws IOException {
            stream.flush();
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }

    private static void restore(boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    // What follows only passes on to the channel's socket, timeouts within the limit of the login.

    @Override
    public void connect(SocketAddress endpoint) throws IOException {
        socket.connect(resolved(endpoint), limited(0));
    }

    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
        socket.connect(resolved(endpoint), limited(timeout));
    }

    /** A channel's own exception names no host. */
    private static SocketAddress resolved(SocketAddress endpoint) throws UnknownHostException {
        if (endpoint instanceof InetSocketAddress address && address.isUnresolved()) {
            throw new UnknownHostException("unknown host " + address.getHostString());
        }
        return endpoint;
    }

    @Override
    public void bind(@Nullable SocketAddress local) throws IOException {
        socket.bind(local);
    }

    @Override
    public @Nullable InetAddress getInetAddress() {
        return socket.getInetAddress();
    }

    @Override
    public InetAddress getLocalAddress() {
        return socket.getLocalAddress();
    }

    @Override
    public int getPort() {
        return socket.getPort();
    }

    @Override
    public int getLocalPort() {
        return socket.getLocalPort();
    }

    @Override
    public @Nullable SocketAddress getRemoteSocketAddress() {
        return socket.getRemoteSocketAddress();
    }

    @Override
    public @Nullable SocketAddress getLocalSocketAddress() {
        return socket.getLocalSocketAddress();
    }

    @Override
    public SocketChannel getChannel() {
        return channel;
    }

    @Override
    public void setTcpNoDelay(boolean on) throws SocketException {
        socket.setTcpNoDelay(on);
    }

    @Override
    public boolean getTcpNoDelay() throws SocketException {
        return socket.getTcpNoDelay();
    }

    @Override
    public void setSoLinger(boolean on, int linger) throws SocketException {
        socket.setSoLinger(on, linger);
    }

    @Override
    public int getSoLinger() throws SocketException {
        return socket.getSoLinger();
    }

    @Override
    public void setSoTimeout(int timeout) throws SocketException {
        try {
            socket.setSoTimeout(limited(timeout));
        } catch (SocketTimeoutException over) {
            throw new SocketException(over.getMessage());
        }
    }

    @Override
    public int getSoTimeout() throws SocketException {
        return socket.getSoTimeout();
    }

    @Override
    public void setSendBufferSize(int size) throws SocketException {
        socket.setSendBufferSize(size);
    }

    @Override
    public int getSendBufferSize() throws SocketException {
        return socket.getSendBufferSize();
    }

    @Override
    public void setReceiveBufferSize(int size) throws SocketException {
        socket.setReceiveBufferSize(size);
    }

    @Override
    public int getReceiveBufferSize() throws SocketException {
        return socket.getReceiveBufferSize();
    }

    @Override
    public void setKeepAlive(boolean on) throws SocketException {
        socket.setKeepAlive(on);
    }

    @Override
    public boolean getKeepAlive() throws SocketException {
        return socket.getKeepAlive();
    }

    @Override
    public void setReuseAddress(boolean on) throws SocketException {
        socket.setReuseAddress(on);
    }

    @Override
    public boolean getReuseAddress() throws SocketException {
        return socket.getReuseAddress();
    }

    @Override
    public void setTrafficClass(int trafficClass) throws SocketException {
        socket.setTrafficClass(trafficClass);
    }

    @Override
    public int getTrafficClass() throws SocketException {
        return socket.getTrafficClass();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    @Override
    public void shutdownInput() throws IOException {
        socket.shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public boolean isConnected() {
        return socket.isConnected();
    }

    @Override
    public boolean isBound() {
        return socket.isBound();
    }

    @Override
    public boolean isClosed() {
        return socket.isClosed();
    }

    @Override
    public boolean isInputShutdown() {
        return socket.isInputShutdown();
    }

    @Override
    public boolean isOutputShutdown() {
        return socket.isOutputShutdown();
    }

    @Override
    public String toString() {
        return "WatchedSocket[" + socket.getRemoteSocketAddress() + "]";
    }
}
