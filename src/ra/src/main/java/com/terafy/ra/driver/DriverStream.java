package com.terafy.ra.driver;

import com.terafy.ra.Messages;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.PGStream;
import org.postgresql.core.QueryExecutorBase;
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
    private static final VarHandle EPOCH = DriverInside.field(QueryExecutorImpl.class, "deallocateEpoch", short.class);
    private static final VarHandle LAST_PATH =
            DriverInside.field(QueryExecutorImpl.class, "lastSetSearchPathQuery", String.class);

    private static final int LENGTH_BYTES = 4;
    private static final char IDLE = 'I';

    private final QueryExecutorImpl executor;
    private final PGStream stream;
    private final ResourceLock lock;
    private boolean awaitsAnswer;

    public DriverStream(BaseConnection connection) {
        executor = (QueryExecutorImpl) connection.getQueryExecutor();
        stream = (PGStream) STREAM.get((QueryExecutorBase) executor);
        lock = (ResourceLock) LOCK.get((QueryExecutorBase) executor);
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
            awaitsAnswer = true;
        } catch (IOException broken) {
            throw broke(broken);
        } finally {
            lock.unlock();
        }
    }

    /** True if something was sent, the answer of which was not read. */
    public boolean awaitsAnswer() {
        return awaitsAnswer;
    }

    /**
     * Reads the answer, and what the server may have said of itself after it. Notices and notifications in it are nobody's.
     *
     * @return the first column of each row
     * @throws SQLException if the server answers with an error, or is not idle, or the connection is broken: it is of no
     *     more use
     */
    public List<String> readAnswer() throws SQLException {
        List<String> rows = new ArrayList<>();
        lock.lock();
        try {
            boolean answered = false;
            while (!answered || input().available() > 0) {
                answered |= readMessage(rows);
            }
            awaitsAnswer = false;
            return rows;
        } catch (IOException broken) {
            throw broke(broken);
        } finally {
            lock.unlock();
        }
    }

    private VisibleBufferedInputStream input() {
        return (VisibleBufferedInputStream) INPUT.get(stream);
    }

    /** True if it was the last one of the answer. */
    private boolean readMessage(List<String> rows) throws IOException, SQLException {
        int type = stream.receiveChar();
        switch (type) {
            case 'D' -> rows.add(firstColumn(stream.receiveTupleV3()));
            case 'S' -> executor.receiveParameterStatus();
            case 'E' -> throw error(stream.receiveInteger4() - LENGTH_BYTES);
            case 'Z' -> {
                stream.skip(LENGTH_BYTES);
                requireIdle(stream.receiveChar());
                return true;
            }
            default -> stream.skip(stream.receiveInteger4() - LENGTH_BYTES);
        }
        return false;
    }

    private static String firstColumn(Tuple row) {
        byte[] value = row.fieldCount() == 0 ? null : row.get(0);
        return value == null ? "" : new String(value, StandardCharsets.UTF_8);
    }

    private SQLException error(int length) throws IOException {
        return new PSQLException(new ServerErrorMessage(stream.receiveErrorString(length)));
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
     * What the driver has prepared was prepared for another search path, it learns; by itself it notices only a path that is
     * set by a text of its own.
     */
    public void searchPathMoved() {
        EPOCH.set(executor, (short) ((short) EPOCH.get(executor) + 1));
        LAST_PATH.set(executor, null);
    }
}
