package com.terafy.ra.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.pool.time.Ticker;
import com.terafy.ra.outcome.Outcome.Verdict;
import com.terafy.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A question that is not answered at once. */
class OutcomeQuestionTest {

    private static final TestPostgres POSTGRES = TestPostgres.shared();
    private static final Duration LONG = Duration.ofSeconds(30);

    private static CommitTrace committed() throws SQLException {
        try (Connection connection = POSTGRES.superuser();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SELECT pg_current_xact_id()");
            CommitTrace trace = CommitTrace.of(connection).orElseThrow();
            connection.commit();
            return trace;
        }
    }

    private static Outcome ask(CommitTrace trace, OutcomeQuestion.Sessions sessions, Duration patience) {
        return new OutcomeQuestion(trace, sessions, Ticker.SYSTEM, patience).ask();
    }

    @Test
    void whoCannotBeReachedIsAskedAgain() throws Exception {
        AtomicInteger logins = new AtomicInteger();
        Outcome outcome = ask(
                committed(),
                () -> {
                    if (logins.incrementAndGet() == 1) {
                        throw new SQLException("no way", "08001");
                    }
                    if (logins.get() == 2) {
                        throw new IllegalStateException("nor this one");
                    }
                    return POSTGRES.superuser();
                },
                LONG);

        assertThat(outcome.verdict()).isEqualTo(Verdict.COMMITTED);
        assertThat(logins).hasValue(3);
    }

    @Test
    void whatNobodyAnswersIsUnknownAndSaysWhy() throws Exception {
        Outcome outcome = ask(
                committed(),
                () -> {
                    throw new IllegalStateException("no driver");
                },
                Duration.ofMillis(50));

        assertThat(outcome.verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(outcome.why()).contains("no driver");
    }

    @Test
    void aTransactionThatHasWrittenNothingHasNoTrace() throws Exception {
        try (Connection connection = POSTGRES.superuser();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SELECT 1");

            assertThat(CommitTrace.of(connection)).isEmpty();
        }
    }

    /** Also in a subtransaction the id is that of the whole. */
    @Test
    void theTraceIsOfTheWholeTransaction() throws Exception {
        try (Connection connection = POSTGRES.superuser();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            connection.setSavepoint();
            statement.execute("CREATE TEMP TABLE inner_only (id int)");
            String inner = CommitTrace.of(connection).orElseThrow().transactionId();
            connection.commit();

            assertThat(TransactionStatus.of(connection, inner)).isEqualTo(TransactionStatus.COMMITTED);
        }
    }

    @Test
    void anOrdinaryRoleMayAsk() throws Exception {
        POSTGRES.createRole("asks_for_outcomes", "secret");
        CommitTrace trace = committed();

        try {
            Outcome outcome = ask(trace, () -> POSTGRES.connect("asks_for_outcomes", "secret"), LONG);

            assertThat(outcome.verdict()).isEqualTo(Verdict.COMMITTED);
        } finally {
            POSTGRES.execute("DROP ROLE asks_for_outcomes");
        }
    }

    @Test
    void aStandbyIsNotBelieved() throws Exception {
        try (TestPostgres primary = TestPostgres.start("max_wal_senders", "4");
                TestPostgres standby = TestPostgres.standbyOf(primary)) {
            CommitTrace trace;
            try (Connection connection = primary.superuser();
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute("CREATE TABLE for_the_standby (id int)");
                trace = CommitTrace.of(connection).orElseThrow();
                connection.commit();
            }
            standby.awaitReplayOf(primary);

            Outcome outcome = ask(trace, standby::superuser, Duration.ofMillis(300));

            assertThat(outcome.verdict()).isEqualTo(Verdict.UNKNOWN);
            assertThat(outcome.why()).contains("standby");
        }
    }
}
