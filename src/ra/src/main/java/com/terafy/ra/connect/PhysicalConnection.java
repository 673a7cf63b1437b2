package com.terafy.ra.connect;

import com.terafy.pool.time.Ticker;
import com.terafy.ra.Messages;
import com.terafy.ra.driver.DriverLock;
import com.terafy.ra.driver.DriverStream;
import com.terafy.ra.socket.PeerState;
import com.terafy.ra.socket.WatchedSocket;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;

/**
 * The driver's session with its backend, and what is known of its health. Used by one thread at a time; only
 * {@link #abort()} may come from another.
 */
public final class PhysicalConnection {

    private static final Executor SAME_THREAD = Runnable::run;

    /** How long a polite goodbye may take before the socket is just closed. */
    private static final int CLOSE_TIMEOUT_MILLIS = 1000;

    /** How long who has it next waits for the answer to a sign of life. */
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(1);

    private final BaseConnection driverConnection;
    private final @Nullable WatchedSocket socket;
    private final Backend backend;
    private final Credentials credentials;
    private final RequiredRole role;

    /** False behind a pooler, which tells what the server has told somebody long ago. */
    private final boolean isTold;

    private final Ticker ticker;
    private final DriverStream stream;
    private final AtomicBoolean showsLife = new AtomicBoolean();

    /** What is to be done with the answer that is awaited; null if none is. */
    private volatile @Nullable OnStream reader;

    private long askedNanos;
    private long seenAliveNanos;
    private int alarmsSeen;

    PhysicalConnection(
            BaseConnection driverConnection,
            Optional<WatchedSocket> socket,
            Backend backend,
            Credentials credentials,
            RequiredRole role,
            boolean isTold,
            Ticker ticker,
            int alarmsSeen) {
        this.driverConnection = driverConnection;
        this.socket = socket.orElse(null);
        this.backend = backend;
        this.credentials = credentials;
        this.role = role;
        this.isTold = isTold;
        this.ticker = ticker;
        this.stream = new DriverStream(driverConnection);
        this.seenAliveNanos = ticker.nanoTime();
        this.alarmsSeen = alarmsSeen;
        socket.ifPresent(watched -> watched.watch(ticker::nanoTime));
    }

    /**
     * A backend, as the server knows it.
     *
     * @param serverStart when the server was started
     */
    record Backend(int pid, Instant start, Instant serverStart) {}

    /** Something that is done on the driver's stream. */
    @FunctionalInterface
    public interface OnStream {
        /**
         * Does it.
         *
         * @throws SQLException if the connection is not to be used
         */
        void run(DriverStream stream) throws SQLException;
    }

    /** The driver's connection. */
    public BaseConnection driverConnection() {
        return driverConnection;
    }

    /** False once it was closed or aborted, or the driver has found it broken. */
    public boolean isOpen() {
        try {
            return !driverConnection.isClosed();
        } catch (SQLException broken) {
            return false;
        }
    }

    /**
     * Process id of its backend, as the server knows it; a pooler may have told the driver another one. Behind one that gives a
     * session for a transaction it is that of the first.
     */
    public int backendPid() {
        return backend.pid();
    }

    /** {@code pg_stat_activity.backend_start} of the backend. */
    public Instant backendStart() {
        return backend.start();
    }

    /** {@code pg_postmaster_start_time} of its server: another server has another one. */
    public Instant serverStart() {
        return backend.serverStart();
    }

    /** Who logged in. */
    public Credentials credentials() {
        return credentials;
    }

    /** True if its socket can be looked at without a round trip. */
    public boolean isWatched() {
        return socket != null;
    }

    /** What its socket tells; only where {@link #isWatched()}. */
    public PeerState peek() {
        WatchedSocket watched = socket;
        return watched == null ? PeerState.SPOKE : watched.peek();
    }

    /** As {@link #peek}, and what the driver has taken from the socket already; while nobody uses it. */
    public PeerState peekIdle() {
        PeerState state = peek();
        return state == PeerState.SILENT && stream.hasUnread() ? PeerState.SPOKE : state;
    }

    /** True if something was taken from its socket that the driver has not looked at; while nobody uses it. */
    public boolean hasUnread() {
        WatchedSocket watched = socket;
        return stream.hasUnread() || (watched != null && watched.hasByteAside());
    }

    /** Ticker reading when it was last known to be alive. */
    public long seenAliveNanos() {
        long seen = seenAliveNanos;
        WatchedSocket watched = socket;
        return watched == null || watched.heardNanos() - seen < 0 ? seen : watched.heardNanos();
    }

    public void sawAlive(long nowNanos) {
        seenAliveNanos = nowNanos;
    }

    /** How many of the pool's alarms it has been validated after. */
    public int alarmsSeen() {
        return alarmsSeen;
    }

    public void sawAlarms(int alarms) {
        alarmsSeen = alarms;
    }

    /** True if the error says that the server has lost the role that is demanded of it. */
    public boolean hasLostRole(SQLException error) {
        try {
            return role.isLost(driverConnection, error);
        } catch (SQLException closed) {
            return false;
        }
    }

    /** False if its server has told unasked, in the last answer at the latest, that it has lost the role that is demanded. */
    public boolean hasRole() {
        return !isTold || role.isReportedBy(driverConnection);
    }

    /** Whether its server is a replica, as it has told unasked; empty if it does not tell, before PostgreSQL 14. */
    public Optional<Boolean> isOnReplica() {
        return isTold ? RequiredRole.isReplica(driverConnection) : Optional.empty();
    }

    /** True if the error makes it worth asking whether the server still has the role that is demanded of it. */
    public boolean isRoleDoubtful(SQLException error) {
        return role.isDoubtful(error);
    }

    /** The stream below the driver's connection. */
    public DriverStream stream() {
        return stream;
    }

    /** What was sent up to now does not count as use. */
    public void forgetUse() {
        WatchedSocket watched = socket;
        if (watched != null) {
            watched.forgetSent();
        }
    }

    /** True if something was sent since the last {@link #forgetUse}; false also where that cannot be known. */
    public boolean isUsed() {
        WatchedSocket watched = socket;
        return watched != null && watched.hasSent();
    }

    /** True if nothing was sent since the last {@link #forgetUse}; false also where that cannot be known. */
    public boolean isUnused() {
        WatchedSocket watched = socket;
        return watched != null && !watched.hasSent();
    }

    /**
     * For a connection that nobody has.
     *
     * @throws SQLException if it was used all the same
     */
    public void requireUnused() throws SQLException {
        if (isUsed()) {
            awaitSignOfLife();
        }
        if (isUsed()) {
            throw new SQLException(Messages.usedAfterReturn(backendPid()), "55000");
        }
    }

    /**
     * Sends something, which is no use, and does not wait for the answer.
     *
     * @param whenRead reads it
     */
    public void send(OnStream question, OnStream whenRead) throws SQLException {
        askedNanos = ticker.nanoTime();
        hold();
        try {
            question.run(stream);
            reader = whenRead;
            forgetUse(); // while nobody else can use it
        } finally {
            stream.letGo();
        }
    }

    /** True if commands were sent, the answer of which was not read. For any thread. */
    public boolean awaitsAnswer() {
        return reader != null;
    }

    /** Time since something was sent by {@link #send}; meaningless before the first. */
    public Duration sinceAsked() {
        return Duration.ofNanos(ticker.nanoTime() - askedNanos);
    }

    /** True if no answer is awaited, or it can be read, or the connection has ended. */
    public boolean isReady() {
        return reader == null || socket == null || peek() != PeerState.SILENT;
    }

    /**
     * Reads the answer to what was asked. It proves that the server was there when it was asked, and no more.
     *
     * @throws SQLException if it is not what was hoped for, or does not come in time: the connection is of no more use
     */
    public void readAnswer(Duration timeout) throws SQLException {
        OnStream waiting = reader;
        if (waiting == null) {
            return;
        }
        hold();
        try {
            requireUnused();
            within(timeout, waiting);
            forgetUse();
        } finally {
            stream.letGo();
        }
        reader = null;
        seenAliveNanos = askedNanos;
        WatchedSocket watched = socket;
        if (watched != null) {
            watched.heardAt(askedNanos);
        }
    }

    /** Bounds each wait and, where the socket is watched, all of them together. */
    private void within(Duration timeout, OnStream step) throws SQLException {
        int before = driverConnection.getNetworkTimeout();
        driverConnection.setNetworkTimeout(SAME_THREAD, Math.toIntExact(timeout.toMillis()));
        WatchedSocket watched = socket;
        if (watched != null) {
            watched.endsAfter(timeout);
        }
        try {
            step.run(stream);
        } finally {
            if (watched != null) {
                watched.endsNever();
            }
        }
        driverConnection.setNetworkTimeout(SAME_THREAD, before);
    }

    /**
     * Asks the server for an answer; false if it does not come in time, the connection is broken, or the server is no
     * longer what DB_TARGET_SERVER_TYPE demands. The question is an empty query, or that for its role; it also renews
     * {@code pg_stat_activity.state_change}.
     */
    public boolean answersWithin(Duration timeout) throws SQLException {
        int before = driverConnection.getNetworkTimeout();
        driverConnection.setNetworkTimeout(SAME_THREAD, Math.toIntExact(timeout.toMillis()));
        boolean answered;
        // First without a wait: an interrupted thread would not wait even for what is free
        if (!stream.tryHold() && !stream.tryHold(timeout)) { // somebody waits for its answer already, in vain so far
            return false;
        }
        try {
            boolean unusedBefore = isUnused();
            answered = role.isDemanding() ? role.isHeldBy(driverConnection) : driverConnection.isValid(0);
            if (unusedBefore) {
                forgetUse(); // while nobody else can use it
            }
        } finally {
            stream.letGo();
        }
        if (answered) {
            driverConnection.setNetworkTimeout(SAME_THREAD, before);
        }
        return answered;
    }

    /**
     * Asks the server, which must have nothing else to do, in whatever transaction it is.
     *
     * @throws SQLException if it has ended, or keeps silent for that time; it is of no more use then
     */
    public void ask(Duration timeout) throws SQLException {
        int before = driverConnection.getNetworkTimeout();
        driverConnection.setNetworkTimeout(SAME_THREAD, Math.toIntExact(timeout.toMillis()));
        try (Statement empty = ((Connection) driverConnection).createStatement()) {
            empty.execute("");
        }
        driverConnection.setNetworkTimeout(SAME_THREAD, before);
    }

    /**
     * For a session that is lent: asks the server for nothing, where its borrower is between two statements, in whatever
     * transaction. Changes pg_stat_activity.state_change, and nothing else for him. May come from any thread.
     *
     * @param called whether it is to be asked, by its {@code application_name} as it is now
     * @return true if the server was asked
     */
    public boolean showLife(Predicate<@Nullable String> called) {
        if (!showsLife.compareAndSet(false, true)) {
            return false;
        }
        try {
            return stream.tryHold() && askNothing(called);
        } finally {
            showsLife.set(false);
        }
    }

    /** Lets go of the stream. */
    private boolean askNothing(Predicate<@Nullable String> called) {
        try {
            if (reader != null
                    || stream.isAheadAlone()
                    || DriverLock.isCopying(driverConnection)
                    || !called.test(driverConnection.getParameterStatus("application_name"))) {
                return false;
            }
            boolean unusedBefore = isUnused();
            stream.askNothing();
            if (unusedBefore) {
                forgetUse();
            }
            return true;
        } catch (SQLException broken) {
            return false; // its borrower will see
        } finally {
            stream.letGo();
        }
    }

    /** True while another thread than one that shows life reads or writes on it. */
    public boolean isHeldByAnotherThread() {
        if (!DriverLock.isHeldByAnotherThread(driverConnection)) {
            return false;
        }
        awaitSignOfLife();
        return DriverLock.isHeldByAnotherThread(driverConnection);
    }

    private void hold() throws SQLException {
        if (!stream.tryHold()) {
            awaitSignOfLife();
            stream.holdAtOnce();
        }
    }

    /** It may have been begun when another one had the session, and is no misuse. */
    private void awaitSignOfLife() {
        if (showsLife.get() && stream.tryHold(SIGN_OF_LIFE)) {
            stream.letGo();
        }
    }

    /** Sets the longest wait for each further answer; zero for ever. */
    public void boundAnswers(Duration timeout) throws SQLException {
        driverConnection.setNetworkTimeout(SAME_THREAD, Math.toIntExact(timeout.toMillis()));
    }

    /**
     * Says goodbye to the server, waits until it has hung up, since only then its backend is gone, and closes; bounded also
     * when the peer is silent. Never throws.
     */
    public void close() {
        WatchedSocket watched = socket;
        if (watched != null) {
            watched.closesAfterPeer(CLOSE_TIMEOUT_MILLIS);
        }
        try {
            driverConnection.setNetworkTimeout(SAME_THREAD, CLOSE_TIMEOUT_MILLIS);
            driverConnection.close();
        } catch (SQLException alreadyBroken) {
            abort();
        }
    }

    /**
     * Closes the socket at once, also while another thread uses it. Never throws. The socket goes first: TLS would write
     * its farewell, and wait for room in the buffer where the peer does not read. To close the driver's connection after
     * that sends nothing, but lets go of the driver's timer.
     */
    public void abort() {
        try {
            if (socket != null) {
                socket.close();
            }
            driverConnection.abort(SAME_THREAD);
            driverConnection.close();
        } catch (IOException | SQLException alreadyClosed) {
            // It is closed, which is what was asked for.
        }
    }
}
