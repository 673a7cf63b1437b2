package com.terafy.ra.outcome;

import com.terafy.pool.time.Ticker;
import com.terafy.ra.Messages;
import com.terafy.ra.outcome.Outcome.Verdict;
import com.terafy.ra.outcome.ServerHistory.Relation;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;

/**
 * Asks a server what became of a transaction whose COMMIT was not answered, in sessions of its own. Used by one thread.
 *
 * <p>A transaction that is still in progress is waited for: its backend may not know that its client is gone, or may not have
 * got the COMMIT. After {@link #LONGEST_PROGRESS} the backend is ended, so that the COMMIT cannot come any more; not while it
 * waits for a synchronous standby, since that would end the wait and not the commit.
 */
public final class OutcomeQuestion {

    private static final String HISTORY = "SELECT pg_catalog.pg_is_in_recovery(), " + ServerHistory.SYSTEM
            + ", CASE WHEN NOT pg_catalog.pg_is_in_recovery() THEN " + ServerHistory.TIMELINE + " END, "
            + ServerHistory.UNBROKEN_SINCE;

    private static final String END = "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity"
            + " WHERE backend_xid = (CAST(? AS text)::xid8)::xid AND wait_event IS DISTINCT FROM 'SyncRep'";

    private static final Duration LONGEST_PROGRESS = Duration.ofSeconds(1);

    private static final long FIRST_PAUSE_MILLIS = 10;
    private static final long LONGEST_PAUSE_MILLIS = 250;

    private final CommitTrace trace;
    private final Sessions sessions;
    private final Ticker ticker;
    private final long startedNanos;
    private final Duration patience;
    private long pauseMillis = FIRST_PAUSE_MILLIS;
    private boolean ended;
    private String last = "no server was asked";

    /** Opens a session to the server that is the pool's now. */
    @FunctionalInterface
    public interface Sessions {
        /** A new one; whoever asked for it closes it. */
        Connection open() throws SQLException;
    }

    /**
     * A question.
     *
     * @param patience how long it is asked; a login that is under way then may take its own time
     */
    public OutcomeQuestion(CommitTrace trace, Sessions sessions, Ticker ticker, Duration patience) {
        this.trace = trace;
        this.sessions = sessions;
        this.ticker = ticker;
        this.startedNanos = ticker.nanoTime();
        this.patience = patience;
    }

    /** Asks until it is decided, or the time is over; an interrupted thread stays so and gets {@link Verdict#UNKNOWN}. */
    public Outcome ask() {
        while (true) {
            try (Connection session = sessions.open()) {
                Optional<Outcome> decided = askIn(session);
                if (decided.isPresent()) {
                    return decided.get();
                }
            } catch (SQLException | RuntimeException failed) {
                last = Messages.endOf(failed);
            }
            if (isOver() || !pauses()) {
                return Outcome.unknown(Messages.noOutcomeWithin(waited(), last));
            }
        }
    }

    /** Empty if another session is to be asked, or the time is over. */
    private Optional<Outcome> askIn(Connection session) throws SQLException {
        session.setAutoCommit(false); // behind a pooler, all of it is one server's answer
        while (true) {
            Optional<Relation> relation = relation(session);
            if (relation.isEmpty()) {
                last = "the server that answers is a standby";
                return Optional.empty();
            }
            Outcome outcome = Outcome.of(relation.get(), TransactionStatus.of(session, trace.transactionId()));
            session.rollback();
            if (outcome.verdict() != Verdict.UNDECIDED) {
                return Optional.of(outcome);
            }
            last = "the transaction is still in progress";
            if (relation.get() == Relation.SAME) {
                endIfTooLong(session);
            }
            if (isOver() || !pauses()) {
                return Optional.empty();
            }
        }
    }

    /** Empty for a standby, which knows late or never. */
    private Optional<Relation> relation(Connection session) throws SQLException {
        try (Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery(HISTORY)) {
            row.next();
            return row.getBoolean(1)
                    ? Optional.empty()
                    : Optional.of(trace.history().relationTo(ServerHistory.of(row, 2)));
        }
    }

    private void endIfTooLong(Connection session) throws SQLException {
        if (ended || waited().compareTo(LONGEST_PROGRESS) < 0) {
            return;
        }
        try (PreparedStatement statement = session.prepareStatement(END)) {
            statement.setString(1, trace.transactionId());
            try (ResultSet row = statement.executeQuery()) {
                ended = row.next();
            }
        }
        session.rollback();
    }

    private Duration waited() {
        return Duration.ofNanos(ticker.nanoTime() - startedNanos);
    }

    private boolean isOver() {
        return waited().compareTo(patience) >= 0;
    }

    /** False if the thread is interrupted. */
    private boolean pauses() {
        try {
            Thread.sleep(pauseMillis);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            last = "the thread was interrupted";
            return false;
        }
        pauseMillis = Math.min(LONGEST_PAUSE_MILLIS, 2 * pauseMillis);
        return true;
    }
}
