package com.terafy.monitor.backends;

import com.terafy.api.Borrower;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One backend as the API shows it: what PostgreSQL says, and the code that holds it where it is ours. What cannot be
 * seen without a right is missing; {@code hidden} says so. Of the session that reads pg_stat_activity and of those that hold
 * a lease times and query are missing: they are those of the reading and of the last renewal.
 *
 * @param class_ whose it is
 * @param hidden whether PostgreSQL hides its state from the application's role (pg_read_all_stats)
 * @param seen whether the last reading of pg_stat_activity shows it; false where only the pool knows it
 * @param idle time since state_change, by the server's clock
 * @param transactionAge time since transactionStart, by the server's clock
 * @param queryAge how long its query has been running; missing while it runs none
 * @param query what it runs or ran last, without its values unless asked for in full
 * @param queryCut whether that is only the beginning: PostgreSQL keeps as much as track_activity_query_size says
 * @param connection number of the connection in the pool
 * @param borrower who holds it
 */
public record Backend(
        int pid,
        Optional<Instant> backendStart,
        BackendClass class_,
        boolean hidden,
        boolean seen,
        Optional<String> user,
        Optional<String> database,
        String applicationName,
        Optional<String> clientAddress,
        Optional<String> state,
        Optional<Instant> stateChange,
        Optional<Duration> idle,
        Optional<Instant> transactionStart,
        Optional<Duration> transactionAge,
        Optional<Instant> queryStart,
        Optional<Duration> queryAge,
        Optional<String> waitEvent,
        Optional<String> query,
        boolean queryCut,
        Optional<Long> connection,
        Optional<Holder> borrower) {

    /** The same with this query text. */
    Backend telling(Optional<String> text) {
        return new Backend(
                pid,
                backendStart,
                class_,
                hidden,
                seen,
                user,
                database,
                applicationName,
                clientAddress,
                state,
                stateChange,
                idle,
                transactionStart,
                transactionAge,
                queryStart,
                queryAge,
                waitEvent,
                text,
                queryCut,
                connection,
                borrower);
    }

    /** When the query began that it runs now; of one that runs none, queryStart is that of its last one. */
    Optional<Instant> runningSince() {
        return queryStart.filter(start -> state.filter(BackendState::isRunning).isPresent());
    }

    /**
     * Who holds a connection: a borrower without his stack.
     *
     * @param held for how long
     */
    public record Holder(
            Optional<String> deployment,
            String thread,
            Optional<String> location,
            Instant since,
            Duration held,
            boolean inTransaction) {

        static Holder of(Borrower borrower, Instant now) {
            Duration held = Duration.between(borrower.since(), now);
            return new Holder(
                    borrower.deployment(),
                    borrower.thread(),
                    borrower.location(),
                    borrower.since(),
                    held.isNegative() ? Duration.ZERO : held,
                    borrower.inTransaction());
        }
    }
}
