package com.terafy.ra.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.ra.outcome.Outcome.Verdict;
import com.terafy.ra.outcome.ServerHistory.Relation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What may be believed of what a server says, all cases. */
class OutcomeTest {

    private static final ServerHistory HISTORY = new ServerHistory("7713979960253441526", "00000001", "1796050922.4");

    @ParameterizedTest
    @CsvSource({
        "SAME, COMMITTED, COMMITTED",
        "SAME, ABORTED, NOT_COMMITTED",
        "SAME, IN_PROGRESS, UNDECIDED",
        "SAME, FORGOTTEN, UNKNOWN",
        "SAME, NEVER_GIVEN, UNKNOWN",
        "INTERRUPTED, COMMITTED, UNKNOWN",
        "INTERRUPTED, ABORTED, NOT_COMMITTED",
        "INTERRUPTED, IN_PROGRESS, UNDECIDED",
        "INTERRUPTED, FORGOTTEN, UNKNOWN",
        "INTERRUPTED, NEVER_GIVEN, NOT_COMMITTED",
    })
    void ofTheSameServer(Relation relation, TransactionStatus status, Verdict expected) {
        assertThat(Outcome.of(relation, status).verdict()).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource
    void nothingThatAnotherServerSays(TransactionStatus status) {
        assertThat(Outcome.of(Relation.OTHER, status)).isEqualTo(Outcome.unknown(Outcome.ANOTHER_SERVER));
    }

    @ParameterizedTest
    @CsvSource({
        "7713979960253441526, 00000001, 1796050922.4, SAME",
        "7713979960253441526, 00000001, 1796050930.1, INTERRUPTED",
        "7713979960253441526, 00000001, , INTERRUPTED",
        "7713979960253441526, 00000002, 1796050922.4, OTHER",
        "7713980009353619826, 00000001, 1796050922.4, OTHER",
    })
    void aServerIsKnownBySystemTimelineAndCrash(String system, String timeline, String since, Relation expected) {
        assertThat(HISTORY.relationTo(new ServerHistory(system, timeline, since)))
                .isEqualTo(expected);
    }

    @Test
    void whatCouldNotBeToldBeforeIsNoProof() {
        ServerHistory unsure = new ServerHistory("7713979960253441526", "00000001", null);

        assertThat(unsure.relationTo(unsure)).isEqualTo(Relation.INTERRUPTED);
    }
}
