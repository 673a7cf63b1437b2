package com.terafy.ra.driver;

import com.terafy.ra.Messages;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.PGStream;
import org.postgresql.core.QueryExecutor;
import org.postgresql.core.QueryExecutorBase;
import org.postgresql.core.ResultHandlerBase;
import org.postgresql.core.Tuple;
import org.postgresql.core.VisibleBufferedInputStream;
import org.postgresql.core.v3.QueryExecutorImpl;
import org.postgresql.jdbc.ResourceLock;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * The stream between the driver and its server. Between two uses of the connection a query can be sent on it whose answer
 * nobody waits for; it is read before the connection is used again.
 *
 * <p>Used by whoever holds the connection, one thread at a time.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-flow.html">PostgreSQL, 54.2 Message Flow</a>
 */
public final class DriverStream {

    private static final VarHandle LOCK = DriverInside.field(QueryExecutorBase.class, "lock", ResourceLock.class);
    private static final VarHandle STREAM = DriverInside.field(QueryExecutorBase.class, "pgStream", PGStream.class);
    private static final VarHandle INPUT =
            DriverInside.field(PGStream.class, "pgInput", VisibleBufferedInputStream.class);
    private static final VarHandle INPUT_END =
            DriverInside.field(VisibleBufferedInputStream.class, "endIndex", int.class);
    private static final VarHandle EPOCH = DriverInside.field(QueryExecutorImpl.class, "deallocateEpoch", short.class);
    private static final VarHandle LAST_PATH =
            DriverInside.field(QueryExecutorImpl.class, "lastSetSearchPathQuery", String.class);

    /** Between two looks for what nobody asked for; the driver sets none where it reads a replication stream. */
    private static final VarHandle LOOK_DELAY =
            DriverInside.field(PGStream.class, "minStreamAvailableCheckDelay", int.class);

    private static final int LENGTH_BYTES = 4;
    private static final int INPUT_BYTES = 8192;
    private static final char IDLE = 'I';

    private final QueryExecutorImpl executor;
    private final PGStream stream;
    private final ResourceLock lock;
    /** Counted by the driver whenever it learns that what it has prepared is of no more use. */
    private short epoch;

    private @Nullable AheadAnswer ahead;

    public DriverStream(BaseConnection connection) {
        executor = (QueryExecutorImpl) connection.getQueryExecutor();
        stream = (PGStream) STREAM.get((QueryExecutorBase) executor);
        lock = (ResourceLock) LOCK.get((QueryExecutorBase) executor);
    }

    /**
     * Keeps other threads from the connection until {@link #letGo}.
     *
     * @throws SQLException if one is in the middle of something, for which nobody waits
     */
    public void holdAtOnce() throws SQLException {
        if (!tryHold()) {
            throw new SQLException(Messages.usedAfterReturn(executor.getBackendPID()), "55000");
        }
    }

    /** As {@link #holdAtOnce}, and waits for as long as another thread is in the middle of something. */
    public void hold() {
        lock.lock();
    }

    /** As {@link #holdAtOnce}; false if another thread is in the middle of something. */
    public boolean tryHold() {
        return lock.tryLock();
    }

    /** As {@link #tryHold()}, and waits for that thread. */
    public boolean tryHold(Duration patience) {
        try {
            return lock.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Has the driver send an empty query and read its answer, in whatever transaction it is; begins none.
     *
     * @throws SQLException if the connection is broken
     */
    public void askNothing() throws SQLException {
        executor.execute(
                executor.createSimpleQuery(""),
                null,
                new Nobody(),
                0,
                0,
                QueryExecutor.QUERY_SUPPRESS_BEGIN | QueryExecutor.QUERY_ONESHOT | QueryExecutor.QUERY_NO_RESULTS);
    }

    /** Fails as the statement does, and keeps nothing. */
    private static final class Nobody extends ResultHandlerBase {
        @Override
        public void handleWarning(SQLWarning warning) {
            // an empty query has none of its own
        }
    }

    /**
     * Has the driver send COMMIT and read what the server says to it.
     *
     * @param answer is told, also where this throws
     * @throws SQLException if the server refuses, or the connection breaks, be it behind the answer
     */
    public void commit(CommitAnswer answer) throws SQLException {
        executor.execute(
                executor.createSimpleQuery("COMMIT"),
                null,
                answer,
                0,
                0,
                QueryExecutor.QUERY_SUPPRESS_BEGIN
                        | QueryExecutor.QUERY_ONESHOT
                        | QueryExecutor.QUERY_NO_RESULTS
                        | QueryExecutor.QUERY_NO_METADATA);
    }

    /** Ends {@link #hold}, {@link #holdAtOnce} or {@link #tryHold}. */
    public void letGo() {
        lock.unlock();
    }

    /**
     * Sends commands in one message, outside a transaction, and does not wait.
     *
     * @throws SQLException if the connection is broken
     */
    public void send(String commands) throws SQLException {
        byte[] text = commands.getBytes(StandardCharsets.UTF_8);
        lock.lock();
        try {
            stream.sendChar('Q');
            stream.sendInteger4(LENGTH_BYTES + text.length + 1);
            stream.send(text);
            stream.sendChar(0);
            stream.flush();
        } catch (IOException broken) {
            throw broke(broken);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Has a statement prepared on the server, under a name, and does not wait.
     *
     * @throws SQLException if the connection is broken
     */
    public void prepare(String name, String sql) throws SQLException {
        lock.lock();
        try {
            sendParse(name, sql);
            sendSync();
            stream.flush();
        } catch (IOException broken) {
            throw broke(broken);
        } finally {
            lock.unlock();
        }
    }

    private void sendParse(String name, String sql) throws IOException {
        byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
        byte[] text = sql.getBytes(StandardCharsets.UTF_8);
        stream.sendChar('P');
        stream.sendInteger4(LENGTH_BYTES + nameBytes.length + 1 + text.length + 1 + 2);
        stream.send(nameBytes);
        stream.sendChar(0);
        stream.send(text);
        stream.sendChar(0);
        stream.sendInteger2(0);
    }

    private void sendSync() throws IOException {
        stream.sendChar('S');
        stream.sendInteger4(LENGTH_BYTES);
    }

    /**
     * Reads the answer, and what the server may have said of itself after it. Notices and notifications in it are nobody's.
     *
     * @return the rows, as text
     * @throws SQLException if the server answers with an error, and can be asked again if that is none which ends the
     *     session; or if it is not idle, or the connection is broken
     */
    public List<String[]> readAnswer() throws SQLException {
        Answer answer = new Answer();
        lock.lock();
        try {
            while (!answer.complete || input().available() > 0) {
                readMessage(answer);
            }
        } catch (IOException broken) {
            throw answer.error == null ? broke(broken) : answer.error;
        } finally {
            lock.unlock();
        }
        if (answer.error != null) {
            throw answer.error;
        }
        return answer.rows;
    }

    private static final class Answer {
        final List<String[]> rows = new ArrayList<>();

        @Nullable
        SQLException error;

        boolean complete;
    }

    /**
     * Puts a statement ahead of the one that the driver sends next, in the same round trip, twice: in a transaction of its own,
     * which stays whatever becomes of the driver's, and in that of the driver's: if it fails, the driver's is not executed and
     * gets the error. Only outside a transaction. Its result is nobody's.
     *
     * @param parameters as text
     * @throws SQLException if the connection is broken
     */
    public void putAhead(String sql, List<String> parameters) throws SQLException {
        lock.lock();
        try {
            AheadAnswer answer = aheadAnswer();
            if (answer.isExpected()) { // another thread was first
                return;
            }
            sendAhead(sql, parameters);
            sendSync();
            sendAhead(sql, parameters);
            answer.expect();
        } catch (IOException broken) {
            throw broke(broken);
        } finally {
            lock.unlock();
        }
    }

    private void sendAhead(String sql, List<String> parameters) throws IOException {
        sendParse("", sql);
        sendBind(parameters);
        stream.sendChar('E');
        stream.sendInteger4(LENGTH_BYTES + 1 + LENGTH_BYTES);
        stream.sendChar(0);
        stream.sendInteger4(0);
    }

    private void sendBind(List<String> parameters) throws IOException {
        List<byte[]> values = new ArrayList<>();
        int size = LENGTH_BYTES + 1 + 1 + 2 + 2 + 2;
        for (String parameter : parameters) {
            byte[] value = executor.getEncoding().encode(parameter);
            values.add(value);
            size += LENGTH_BYTES + value.length;
        }
        stream.sendChar('B');
        stream.sendInteger4(size);
        stream.sendChar(0);
        stream.sendChar(0);
        stream.sendInteger2(0);
        stream.sendInteger2(values.size());
        for (byte[] value : values) {
            stream.sendInteger4(value.length);
            stream.send(value);
        }
        stream.sendInteger2(0);
    }

    /** True while nothing was sent after a statement that was put ahead. */
    public boolean isAheadAlone() {
        return ahead != null && ahead.isExpected();
    }

    /** True, once, if what was put ahead has failed in its own transaction. */
    public boolean hasAheadFailed() {
        return ahead != null && ahead.hasFailed();
    }

    /**
     * What was put ahead goes alone: it is sent and its answer awaited.
     *
     * @throws SQLException if it fails, or the connection is broken
     */
    public void sendAheadAlone() throws SQLException {
        lock.lock();
        try {
            sendSync();
            stream.flush();
        } catch (IOException broken) {
            throw broke(broken);
        } finally {
            lock.unlock();
        }
        readAnswer();
    }

    /** Between the socket and the driver from its first use on. */
    private AheadAnswer aheadAnswer() throws IOException {
        AheadAnswer answer = ahead;
        if (answer == null) {
            answer = new AheadAnswer(input().getWrapped());
            INPUT.set(stream, new VisibleBufferedInputStream(answer, INPUT_BYTES));
            stream.setNetworkTimeout(stream.getNetworkTimeout()); // the input is told of it, too
            ahead = answer;
        }
        return answer;
    }

    /** True if the driver has taken something from the socket that it has not looked at, as behind an answer. */
    public boolean hasUnread() {
        VisibleBufferedInputStream input = input();
        AheadAnswer answer = ahead;
        return (int) INPUT_END.get(input) > input.getIndex() || (answer != null && answer.hasKept());
    }

    /** True once a replication stream was read: a later one in the same session is silent where it is read without waiting. */
    public boolean hasReplicated() {
        return (int) LOOK_DELAY.get(stream) == 0;
    }

    private VisibleBufferedInputStream input() {
        return (VisibleBufferedInputStream) INPUT.get(stream);
    }

    private void readMessage(Answer into) throws IOException, SQLException {
        int type = stream.receiveChar();
        switch (type) {
            case 'D' -> into.rows.add(texts(stream.receiveTupleV3()));
            case 'S' -> executor.receiveParameterStatus();
            case 'E' -> {
                int length = stream.receiveInteger4() - LENGTH_BYTES;
                into.error = new PSQLException(new ServerErrorMessage(stream.receiveErrorString(length)));
            }
            case 'Z' -> {
                stream.receiveInteger4();
                requireIdle(stream.receiveChar());
                into.complete = true;
            }
            default -> stream.receive(stream.receiveInteger4() - LENGTH_BYTES); // to skip loops at the end
        }
    }

    private static String[] texts(Tuple row) {
        String[] texts = new String[row.fieldCount()];
        for (int i = 0; i < texts.length; i++) {
            byte[] value = row.get(i);
            texts[i] = value == null ? "" : new String(value, StandardCharsets.UTF_8);
        }
        return texts;
    }

    private static void requireIdle(int state) throws SQLException {
        if (state != IDLE) {
            throw new SQLException(Messages.notIdle((char) state), "25000");
        }
    }

    private static SQLException broke(IOException broken) {
        return new SQLException(broken.getMessage(), "08006", broken);
    }

    /**
     * What the driver has prepared is of no more use, it learns: it was prepared for another search path, or is gone. By
     * itself it notices only what a text of its own does.
     */
    public void forgetPrepared() {
        EPOCH.set(executor, (short) ((short) EPOCH.get(executor) + 1));
    }

    /**
     * True if the driver has noticed since {@link #forgetPath} that the search path was moved, be it moved back: from 18 on the
     * server reports it, before a text of the driver's own tells.
     */
    public boolean isPathMoved() {
        return (short) EPOCH.get(executor) != epoch;
    }

    /** What the driver has noticed up to now does not count, and the same text is news to it again. */
    public void forgetPath() {
        epoch = (short) EPOCH.get(executor);
        LAST_PATH.set(executor, null);
    }
}
