package com.terafy.ra.session;

import java.util.Map;
import java.util.Set;

/**
 * Whether a text of SQL may change the state of its session beyond its transaction, judged from the text alone. Pure.
 *
 * <p>The judgement errs on one side: what is not known to leave the session as it was may change it. So a call of any
 * function counts, unless it is a built-in one that is known to be harmless, because it may call {@code set_config}.
 * What no text shows, such as a trigger, is the business of {@link SessionHazards}.
 */
final class SqlText {

    /** Statements that leave the session as it was unless a function in them does otherwise. */
    private static final Set<String> HARMLESS = Set.of(
            "DELETE",
            "INSERT",
            "LOCK",
            "MERGE",
            "NOTIFY",
            "SELECT",
            "SHOW",
            "TABLE",
            "TRUNCATE",
            "UPDATE",
            "VALUES",
            "WITH");

    private static final Set<String> TRANSACTION =
            Set.of("ABORT", "BEGIN", "COMMIT", "END", "RELEASE", "ROLLBACK", "SAVEPOINT", "START");

    /** SET with one of these lasts as long as the transaction. */
    private static final Set<String> SET_LOCALLY = Set.of("CONSTRAINTS", "LOCAL", "TRANSACTION");

    /** Words that may stand before a parenthesis and can never be the name of a function there. */
    private static final Set<String> NO_FUNCTIONS = Set.of(
            "ALL",
            "AND",
            "ANY",
            "ARRAY",
            "AS",
            "BETWEEN",
            "CASE",
            "CAST",
            "DISTINCT",
            "ELSE",
            "EXCEPT",
            "EXISTS",
            "FROM",
            "GROUP",
            "GROUPING",
            "HAVING",
            "IN",
            "INTERSECT",
            "LATERAL",
            "LIMIT",
            "NOT",
            "OFFSET",
            "ON",
            "OR",
            "RETURNING",
            "ROW",
            "SELECT",
            "SOME",
            "THEN",
            "UNION",
            "USING",
            "VALUES",
            "WHEN",
            "WHERE");

    /** Words that are no function's name only where one of these words, or such a mark, stands before them. */
    private static final Map<String, Set<String>> NO_FUNCTIONS_AFTER = Map.of(
            "BY", Set.of("GROUP", "ORDER", "PARTITION"),
            "CONFLICT", Set.of("ON"),
            "CUBE", Set.of("BY"),
            "FILTER", Set.of(")"),
            "JOIN", Set.of("CROSS", "FULL", "INNER", "LEFT", "NATURAL", "OUTER", "RIGHT"),
            "MATERIALIZED", Set.of("AS", "NOT"),
            "OVER", Set.of(")"),
            "ROLLUP", Set.of("BY"),
            "SETS", Set.of("GROUPING"),
            "VARYING", Set.of("BIT", "CHAR", "CHARACTER"));

    /** Types with a modifier, as in {@code numeric(10,2)}; none of these words can be a function's name. */
    private static final Set<String> TYPES = Set.of(
            "BIT",
            "CHAR",
            "CHARACTER",
            "DEC",
            "DECIMAL",
            "FLOAT",
            "INTERVAL",
            "NUMERIC",
            "TIME",
            "TIMESTAMP",
            "VARCHAR");

    private final SqlTokens tokens;

    /** How deep in parentheses the last token was. */
    private int depth;

    /** The token before the current one: a word in upper case, a mark, or empty. */
    private String last = "";

    /** The token before the name that was read last, schemas aside. */
    private String before = "";

    /** The name that was read last, empty where anything came after it. */
    private String name = "";

    /** What stood before the dot before the name. */
    private String qualifier = "";

    /** Where the arguments of a set_config that is open began. */
    private int setConfigDepth = -1;

    private SqlText(String sql) {
        this.tokens = new SqlTokens(sql);
    }

    /** True unless every statement in the text is known to leave the session as it was. */
    static boolean mayChangeSession(String sql) {
        return new SqlText(sql).mayChange();
    }

    private boolean mayChange() {
        boolean changes = false;
        while (!changes && tokens.next()) {
            changes = !tokens.is(';') && statementMayChange();
        }
        return changes || tokens.isUnclear();
    }

    /** Reads one statement, whose first token is current, up to its semicolon. */
    private boolean statementMayChange() {
        depth = 0;
        last = "";
        forgetName();
        String first = tokens.isWord() ? upper(tokens.word()) : "";
        if (TRANSACTION.contains(first)) {
            skipStatement();
            return false;
        }
        if (first.equals("SET")) {
            return setMayLast();
        }
        if (!HARMLESS.contains(first) && !tokens.is('(')) {
            return true;
        }
        return tokenMayChange() || restMayChange();
    }

    /** BEGIN's options and the names of savepoints are of no interest. */
    private void skipStatement() {
        boolean inside = true;
        while (inside && tokens.next()) {
            inside = !tokens.is(';');
        }
    }

    /** {@code SET LOCAL x = 1} does not last, but {@code SET local = 1} and {@code SET local.x = 1} do. */
    private boolean setMayLast() {
        boolean local = tokens.next() && tokens.isWord() && SET_LOCALLY.contains(upper(tokens.word()));
        if (!local || !tokens.next() || !tokens.isWord() || upper(tokens.word()).equals("TO")) {
            return true;
        }
        skipStatement();
        return false;
    }

    private boolean restMayChange() {
        while (tokens.next() && !tokens.is(';')) {
            if (tokenMayChange()) {
                return true;
            }
        }
        return setConfigDepth >= 0;
    }

    private boolean tokenMayChange() {
        if (tokens.isWord()) {
            return wordMayChange(upper(tokens.word()));
        }
        if (tokens.is('.')) {
            last = ".";
            return false;
        }
        boolean changes = false;
        if (tokens.is('(')) {
            changes = !name.isEmpty() && callMayChange();
            depth++;
        } else if (tokens.is(')')) {
            depth--;
            changes = endsLastingSetConfig();
        }
        last = mark();
        forgetName();
        return changes;
    }

    private boolean wordMayChange(String word) {
        if (last.equals(".")) {
            qualifier = name;
        } else {
            before = last;
            qualifier = "";
        }
        name = word;
        last = word;
        boolean insertsInto = before.equals("INSERT") || before.equals("MERGE");
        return word.equals("INTO") && !insertsInto; // SELECT INTO may make a temporary table
    }

    private void forgetName() {
        before = "";
        name = "";
        qualifier = "";
    }

    private String mark() {
        return tokens.is(')') ? ")" : tokens.is(',') ? "," : "";
    }

    /** A name stands before the parenthesis. */
    private boolean callMayChange() {
        if (before.equals("INTO")) {
            return false; // a table with its columns
        }
        if (!qualifier.isEmpty()) {
            return !qualifier.equals("PG_CATALOG") || functionMayChange();
        }
        if (before.equals("AS") || before.equals("WITH") || before.equals("RECURSIVE")) {
            return false; // an alias with its columns
        }
        if (NO_FUNCTIONS.contains(name) || TYPES.contains(name) || joinsOrSets()) {
            return false;
        }
        return !NO_FUNCTIONS_AFTER.getOrDefault(name, Set.of()).contains(before) && functionMayChange();
    }

    /** {@code FROM a JOIN (…)} and {@code UPDATE a SET (…)}, other than {@code SELECT join(…)}. */
    private boolean joinsOrSets() {
        boolean afterOperand = before.equals(")") || (isName(before) && !NO_FUNCTIONS.contains(before));
        return afterOperand && (name.equals("JOIN") || name.equals("SET"));
    }

    private static boolean isName(String token) {
        return !token.isEmpty() && !token.equals(",") && !token.equals(".");
    }

    private boolean functionMayChange() {
        if (name.equals("SET_CONFIG") && setConfigDepth < 0) {
            setConfigDepth = depth;
            return false;
        }
        return !HarmlessFunctions.contain(name);
    }

    /** A set_config whose last argument is the word true sets until the end of the transaction. */
    private boolean endsLastingSetConfig() {
        if (depth != setConfigDepth) {
            return false;
        }
        setConfigDepth = -1;
        return !(name.equals("TRUE") && qualifier.isEmpty() && before.equals(","));
    }

    /** As the server folds them: it leaves letters beyond ASCII alone, and what is in quotes. */
    private static String upper(String word) {
        char[] folded = word.toCharArray();
        for (int i = 0; i < folded.length; i++) {
            if (folded[i] >= 'a' && folded[i] <= 'z') {
                folded[i] = (char) (folded[i] - 'a' + 'A');
            }
        }
        return new String(folded);
    }
}
