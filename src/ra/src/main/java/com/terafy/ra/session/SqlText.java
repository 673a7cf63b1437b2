package com.terafy.ra.session;

import java.util.Locale;
import java.util.Set;

/**
 * Whether a text of SQL may change the state of its session beyond its transaction, judged from the text alone. Pure.
 *
 * <p>The judgement errs on one side: what is not known to leave the session as it was may change it. So a call of any
 * function counts, unless it is a built-in one that is known to be harmless, because it may call {@code set_config}.
 */
final class SqlText {

    /** Statements that leave the session as it was unless a function in them does otherwise. */
    private static final Set<String> HARMLESS =
            Set.of("DELETE", "INSERT", "MERGE", "SELECT", "SHOW", "TABLE", "UPDATE", "VALUES", "WITH");

    private static final Set<String> TRANSACTION =
            Set.of("BEGIN", "COMMIT", "END", "RELEASE", "ROLLBACK", "SAVEPOINT", "START");

    /** Words that may stand before a parenthesis without being the name of a function that is called. */
    private static final Set<String> NO_FUNCTIONS = Set.of(
            "ALL",
            "AND",
            "ANY",
            "ARRAY",
            "AS",
            "BETWEEN",
            "BY",
            "CASE",
            "CAST",
            "CONFLICT",
            "CUBE",
            "DISTINCT",
            "ELSE",
            "EXCEPT",
            "EXISTS",
            "FILTER",
            "FROM",
            "GROUPING",
            "HAVING",
            "ILIKE",
            "IN",
            "INTERSECT",
            "IS",
            "JOIN",
            "KEY",
            "LATERAL",
            "LIKE",
            "LIMIT",
            "MATERIALIZED",
            "NOT",
            "OFFSET",
            "ON",
            "OR",
            "OVER",
            "RETURNING",
            "ROLLUP",
            "ROW",
            "SELECT",
            "SET",
            "SETS",
            "SOME",
            "THEN",
            "UNION",
            "USING",
            "VALUES",
            "WHEN",
            "WHERE",
            "WITHIN");

    /** Types with a modifier, as in {@code numeric(10,2)}. */
    private static final Set<String> TYPES = Set.of(
            "BIT", "CHAR", "CHARACTER", "DECIMAL", "INTERVAL", "NUMERIC", "TIME", "TIMESTAMP", "VARCHAR", "VARYING");

    /** Built-in functions that touch nothing outside their transaction, or a sequence only. */
    private static final Set<String> HARMLESS_FUNCTIONS = Set.of(
            "ABS",
            "AGE",
            "ARRAY_AGG",
            "ARRAY_LENGTH",
            "ARRAY_POSITION",
            "ARRAY_TO_STRING",
            "AVG",
            "BOOL_AND",
            "BOOL_OR",
            "BTRIM",
            "CARDINALITY",
            "CEIL",
            "CEILING",
            "CHAR_LENGTH",
            "CLOCK_TIMESTAMP",
            "COALESCE",
            "CONCAT",
            "CONCAT_WS",
            "COUNT",
            "CURRENT_DATABASE",
            "CURRENT_SCHEMA",
            "CURRENT_SETTING",
            "DATE",
            "DATE_PART",
            "DATE_TRUNC",
            "DENSE_RANK",
            "EVERY",
            "EXTRACT",
            "FIRST_VALUE",
            "FLOOR",
            "FORMAT",
            "GENERATE_SERIES",
            "GEN_RANDOM_UUID",
            "GREATEST",
            "JSONB_AGG",
            "JSONB_BUILD_OBJECT",
            "JSON_AGG",
            "JSON_BUILD_OBJECT",
            "LAG",
            "LAST_VALUE",
            "LEAD",
            "LEAST",
            "LEFT",
            "LENGTH",
            "LOWER",
            "LPAD",
            "LTRIM",
            "MAKE_DATE",
            "MAX",
            "MD5",
            "MIN",
            "MOD",
            "NEXTVAL",
            "NOW",
            "NTILE",
            "NULLIF",
            "OVERLAY",
            "PG_BACKEND_PID",
            "PG_SLEEP",
            "PG_TYPEOF",
            "POSITION",
            "POWER",
            "RANDOM",
            "RANK",
            "REGEXP_REPLACE",
            "REPLACE",
            "REVERSE",
            "RIGHT",
            "ROUND",
            "ROW_NUMBER",
            "ROW_TO_JSON",
            "RPAD",
            "RTRIM",
            "SPLIT_PART",
            "SQRT",
            "STRING_AGG",
            "STRPOS",
            "SUBSTR",
            "SUBSTRING",
            "SUM",
            "TO_CHAR",
            "TO_DATE",
            "TO_JSON",
            "TO_JSONB",
            "TO_NUMBER",
            "TO_TIMESTAMP",
            "TRANSACTION_TIMESTAMP",
            "TRIM",
            "TRUNC",
            "UNNEST",
            "UPPER",
            "VERSION");

    private SqlText() {}

    /** True unless every statement in the text is known to leave the session as it was. */
    static boolean mayChangeSession(String sql) {
        SqlTokens tokens = new SqlTokens(sql);
        boolean changes = false;
        while (!changes && tokens.next()) {
            changes = !tokens.is(';') && statementMayChange(tokens);
        }
        return changes || tokens.isBroken();
    }

    /** Reads one statement, whose first token is current, up to its semicolon. */
    private static boolean statementMayChange(SqlTokens tokens) {
        if (tokens.is('(')) {
            return restMayChange(tokens, "");
        }
        String first = tokens.word().toUpperCase(Locale.ROOT);
        if (TRANSACTION.contains(first)) {
            skipStatement(tokens);
            return false;
        }
        return !HARMLESS.contains(first) || restMayChange(tokens, first);
    }

    /** BEGIN's options and the names of savepoints are of no interest. */
    private static void skipStatement(SqlTokens tokens) {
        boolean inside = true;
        while (inside && tokens.next()) {
            inside = !tokens.is(';');
        }
    }

    private static boolean restMayChange(SqlTokens tokens, String first) {
        String beforeName = ""; // the word before the name that was read last, schemas aside
        String name = first;
        boolean afterDot = false;
        boolean inserts = isInsert(first);
        while (tokens.next() && !tokens.is(';')) {
            if (tokens.isWord()) {
                beforeName = afterDot ? beforeName : name;
                name = tokens.word().toUpperCase(Locale.ROOT);
                inserts |= isInsert(name);
                if (name.equals("INTO") && !inserts) {
                    return true; // SELECT INTO may make a temporary table
                }
            } else if (tokens.is('(') && mayBeCall(beforeName, name, afterDot)) {
                return true;
            } else if (!tokens.is('.')) {
                beforeName = "";
                name = "";
            }
            afterDot = tokens.is('.');
        }
        return false;
    }

    private static boolean isInsert(String word) {
        return word.equals("INSERT") || word.equals("MERGE");
    }

    private static boolean mayBeCall(String beforeName, String name, boolean afterDot) {
        if (afterDot) {
            return true;
        }
        if (name.isEmpty() || NO_FUNCTIONS.contains(name) || TYPES.contains(name)) {
            return false;
        }
        if (beforeName.equals("INTO") || beforeName.equals("AS")) {
            return false; // a table with its columns, an alias with its columns
        }
        return !HARMLESS_FUNCTIONS.contains(name);
    }
}
