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
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A socket over a channel, which can be asked between two uses whether the other end is still there, without a round
 * trip and without taking anything from the stream.
 *
 * <p>The channel never blocks, so that, as with a plain socket, an interrupt of a thread that reads or writes neither ends
 * the connection nor the wait. Only while it connects an interrupt ends it.
 *
 * <p>Used by one thread at a time, like the connection it belongs to; closing it from another thread is safe.
 */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // the channel's socket has locks of its own
public final class WatchedSocket extends Socket {

    private static final int NONE = -1;

    /** The JDK copies through a buffer outside the heap, of that size, and keeps one for each thread. */
    private static final int LONGEST_PIECE = 64 * 1024;

    private final UnaryOperator<InetSocketAddress> route;
    private final SocketChannel channel;
    private final Socket socket;
    private final Readiness readable;
    private final Readiness writable;
    private final ByteBuffer oneByte = ByteBuffer.allocateDirect(1);
    private volatile int timeoutMillis;

    /** Something was sent and nothing read since: to look before waiting would be in vain, and cost a system call. */
    private boolean answerIsComing;

    /** Something was sent since {@link #forgetSent}. */
    private boolean sent;

    /** When what is under way must be over, by {@link System#nanoTime}; null for no limit. Read and written by its thread. */
    private @Nullable Long deadlineNanos;

    private int farewellMillis;

    private @Nullable LongSupplier clock;
    private long heardNanos;

    private @Nullable Input input;
    private @Nullable OutputStream output;

    /** @param route where to connect to instead of where the user of the socket says */
    WatchedSocket(@Nullable Long deadlineNanos, UnaryOperator<InetSocketAddress> route) throws IOException {
        super((SocketImpl) null);
        this.route = route;
        this.deadlineNanos = deadlineNanos;
        limited(0);
        channel = SocketChannel.open();
        socket = channel.socket();
        readable = new Readiness(channel, SelectionKey.OP_READ);
        writable = new Readiness(channel, SelectionKey.OP_WRITE);
    }

    /**
     * The next {@link #close()} waits until the other end has closed, too: when the server has said nothing more its backend
     * is gone. For the one who uses the socket.
     */
    public void closesAfterPeer(int longestMillis) {
        farewellMillis = longestMillis;
    }

    private void awaitEnd(int longestMillis) {
        try {
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(longestMillis);
            ByteBuffer ignored = ByteBuffer.allocate(512);
            while (channel.read(ignored.clear()) >= 0) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0 || !readable.await((int) left)) {
                    return;
                }
            }
        } catch (IOException ended) {
            // That is what was waited for.
        }
    }

    /** From now on, all waits together are for no longer than that. */
    public void endsAfter(Duration time) {
        deadlineNanos = System.nanoTime() + time.toNanos();
    }

    /** Ends {@link #endsAfter}, or the login. */
    public void endsNever() {
        deadlineNanos = null;
    }

    /** The timeout that leaves what is under way in time; zero is none, as for sockets. */
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
        try {
            return look(in);
        } catch (IOException closedOrReset) {
            return PeerState.ENDED;
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

    /** What was heard is as old as that. */
    public void heardAt(long nanos) {
        heardNanos = nanos;
    }

    /** True if something was sent since {@link #forgetSent}. */
    public boolean hasSent() {
        return sent;
    }

    /** What was sent up to now does not count. */
    public void forgetSent() {
        sent = false;
    }

    /** True if {@link #peek} has met a byte that nobody has read since. */
    public boolean hasByteAside() {
        Input in = input;
        return in != null && in.hasByteAside();
    }

    private PeerState look(Input in) throws IOException {
        oneByte.clear();
        int count = channel.read(oneByte);
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
            output = new Output();
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
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (aside != NONE) {
                bytes[offset] = (byte) takeAside();
                return 1;
            }
            return noted(received(ByteBuffer.wrap(bytes, offset, Math.min(length, LONGEST_PIECE))));
        }

        private int received(ByteBuffer into) throws IOException {
            int read = answerIsComing ? 0 : readNow(into);
            answerIsComing = false;
            while (read == 0) {
                if (!readable.await(limited(timeoutMillis))) {
                    throw new SocketTimeoutException("Read timed out");
                }
                read = readNow(into);
            }
            return read;
        }

        private int readNow(ByteBuffer into) throws IOException {
            try {
                return channel.read(into);
            } catch (ClosedChannelException closed) {
                throw new SocketException("Socket closed");
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
            WatchedSocket.this.close();
        }
    }

    private final class Output extends OutputStream {

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            answerIsComing = true;
            sent = true;
            ByteBuffer all = ByteBuffer.wrap(bytes, offset, length);
            int end = all.limit();
            while (all.position() < end) {
                all.limit(Math.min(end, all.position() + LONGEST_PIECE));
                if (writeNow(all) == 0) {
                    writable.await(0);
                }
            }
        }

        private int writeNow(ByteBuffer from) throws IOException {
            try {
                return channel.write(from);
            } catch (ClosedChannelException closed) {
                throw new SocketException("Socket closed");
            }
        }

        @Override
        public void close() throws IOException {
            WatchedSocket.this.close();
        }
    }

    // What follows only passes on to the channel's socket, and keeps timeouts within the limit of the login.

    @Override
    public void connect(SocketAddress endpoint) throws IOException {
        connect(endpoint, 0);
    }

    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
        socket.connect(resolved(endpoint), limited(timeout));
        channel.configureBlocking(false);
    }

    /** A channel's own exception names no host. */
    private SocketAddress resolved(SocketAddress endpoint) throws UnknownHostException {
        if (!(endpoint instanceof InetSocketAddress told)) {
            return endpoint;
        }
        InetSocketAddress address = route.apply(told);
        if (address.isUnresolved()) {
            throw new UnknownHostException("unknown host " + address.getHostString());
        }
        return address;
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
            timeoutMillis = limited(timeout);
        } catch (SocketTimeoutException over) {
            throw new SocketException(over.getMessage());
        }
    }

    @Override
    public int getSoTimeout() throws SocketException {
        return timeoutMillis;
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
        int farewell = farewellMillis;
        farewellMillis = 0;
        if (farewell > 0 && channel.isOpen()) {
            awaitEnd(farewell);
        }
        socket.close();
        readable.close();
        writable.close();
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
