package com.terafy.ra.session;

import java.util.Locale;
import java.util.Set;

/**
 * Whether the body of a function in SQL or PL/pgSQL may change the session of its caller beyond the transaction, judged
 * from the text alone. Pure. As {@link SqlText} it errs on one side; but what a body calls is judged where it is defined,
 * so only what changes a session by itself counts, and text that is made at run time.
 */
final class RoutineText {

    private static final Set<String> CHANGES =
            Set.of("DISCARD", "EXECUTE", "HOLD", "LISTEN", "LOAD", "PREPARE", "RESET", "TEMP", "TEMPORARY", "UNLISTEN");

    /** After these, or at the beginning of a statement, SET is a statement; elsewhere it is a part of UPDATE or ALTER. */
    private static final Set<String> BEFORE_STATEMENTS = Set.of("", "ATOMIC", "BEGIN", "ELSE", "LOOP", "THEN");

    private final SqlTokens tokens;
    private int depth;

    /** The last token if it is a word, in upper case and without quotes; empty otherwise. */
    private String word = "";

    private boolean afterComma;
    private int setConfigDepth = -1;

    private RoutineText(String body) {
        this.tokens = new SqlTokens(body);
    }

    /** False if the body is known to leave the session as it was, provided that everything it calls does. */
    static boolean mayChangeSession(String body) {
        return new RoutineText(body).mayChange();
    }

    private boolean mayChange() {
        boolean changes = false;
        while (!changes && tokens.next()) {
            changes = tokens.isWord() ? wordChanges() : markChanges();
        }
        return changes || setConfigDepth >= 0 || tokens.isUnclear();
    }

    private boolean wordChanges() {
        String before = word;
        word = tokens.word().replace("\"", "").toUpperCase(Locale.ROOT);
        if (word.equals("SET")) {
            return BEFORE_STATEMENTS.contains(before);
        }
        if (word.equals("SET_CONFIG") && setConfigDepth < 0) {
            setConfigDepth = depth;
            return false;
        }
        return CHANGES.contains(word) || word.startsWith("PG_TEMP") || DangerousFunctions.contain(word);
    }

    private boolean markChanges() {
        boolean changes = false;
        if (tokens.is('(')) {
            depth++;
        } else if (tokens.is(')')) {
            depth--;
            changes = endsLastingSetConfig();
        }
        afterComma = tokens.is(',');
        word = "";
        return changes;
    }

    /** A set_config whose last argument is the word true sets until the end of the transaction. */
    private boolean endsLastingSetConfig() {
        if (depth != setConfigDepth) {
            return false;
        }
        setConfigDepth = -1;
        return !(word.equals("TRUE") && afterComma);
    }
}
