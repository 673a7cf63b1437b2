package com.terafy.ra.outcome;

import com.terafy.ra.outcome.ServerHistory.Relation;

/**
 * What is certain of a transaction.
 *
 * @param verdict what it is
 * @param why for {@link Verdict#UNKNOWN} a sentence without its period; otherwise what the server said
 */
public record Outcome(Verdict verdict, String why) {

    /** What is certain. */
    public enum Verdict {
        /** It is there. */
        COMMITTED,
        /** It is not there, and will never be. */
        NOT_COMMITTED,
        /** Nobody can tell. */
        UNKNOWN,
        /** Not yet: it has not ended. */
        UNDECIDED
    }

    static final String ANOTHER_SERVER =
            "the server that answers now is another one than the transaction ran on, or was promoted"
                    + " since, and may have lost it";

    static final String CRASHED =
            "the server has crashed since, or its statistics were reset, and what it calls committed may be"
                    + " another transaction that got the same id after the crash";

    static final String FORGOTTEN = "the server does not know so old a transaction any more";

    static final String NEVER_GIVEN = "the server says that it has never given this id";

    static Outcome unknown(String why) {
        return new Outcome(Verdict.UNKNOWN, why);
    }

    /**
     * What may be believed. Behind a crash an id that had not reached the disk is given again. Whatever happened to that other
     * transaction, ours is gone then: so all but "committed" is as true for ours.
     */
    static Outcome of(Relation relation, TransactionStatus status) {
        if (relation == Relation.OTHER) {
            return unknown(ANOTHER_SERVER);
        }
        return switch (status) {
            case IN_PROGRESS -> new Outcome(Verdict.UNDECIDED, "in progress");
            case ABORTED -> new Outcome(Verdict.NOT_COMMITTED, "aborted");
            case FORGOTTEN -> unknown(FORGOTTEN);
            case COMMITTED ->
                relation == Relation.SAME ? new Outcome(Verdict.COMMITTED, "committed") : unknown(CRASHED);
            case NEVER_GIVEN ->
                relation == Relation.SAME
                        ? unknown(NEVER_GIVEN)
                        : new Outcome(Verdict.NOT_COMMITTED, "lost in a crash");
        };
    }
}
