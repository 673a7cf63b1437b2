package com.terafy.ra.session;

import java.util.Set;

/**
 * Built-in functions that change nothing of a session beyond its transaction; the position of a sequence in the session,
 * as {@code nextval} and every serial column move it, is no state here. Names in upper case, to be called without a
 * schema or with that of the system.
 *
 * @see <a href="https://www.postgresql.org/docs/current/functions.html">PostgreSQL, chapter 9</a>
 */
final class HarmlessFunctions {

    private static final Set<String> GENERAL = Set.of(
            "COALESCE", "CURRENT_DATABASE", "CURRENT_SCHEMA", "CURRENT_SCHEMAS", "CURRENT_SETTING", "FORMAT_TYPE",
            "GENERATE_SERIES", "GEN_RANDOM_UUID", "GREATEST", "LEAST", "NEXTVAL", "NULLIF", "NUM_NONNULLS",
            "NUM_NULLS", "PG_BACKEND_PID", "PG_COLUMN_SIZE", "PG_DATABASE_SIZE", "PG_GET_SERIAL_SEQUENCE",
            "PG_IS_IN_RECOVERY", "PG_NOTIFY", "PG_SIZE_PRETTY", "PG_SLEEP", "PG_TOTAL_RELATION_SIZE", "PG_TYPEOF",
            "TO_REGCLASS", "UUIDV7", "VERSION");

    /** Locks of the transaction; those of the session are not here. */
    private static final Set<String> LOCKS = Set.of(
            "PG_ADVISORY_XACT_LOCK", "PG_ADVISORY_XACT_LOCK_SHARED", "PG_TRY_ADVISORY_XACT_LOCK",
            "PG_TRY_ADVISORY_XACT_LOCK_SHARED");

    private static final Set<String> NUMBERS = Set.of(
            "ABS", "CBRT", "CEIL", "CEILING", "COS", "DEGREES", "DIV", "EXP", "FLOOR", "LN", "LOG", "LOG10", "MOD",
            "PI", "POWER", "RADIANS", "RANDOM", "ROUND", "SIGN", "SIN", "SQRT", "TAN", "TRUNC", "WIDTH_BUCKET");

    private static final Set<String> TEXTS = Set.of(
            "ASCII", "BIT_LENGTH", "BTRIM", "CHARACTER_LENGTH", "CHAR_LENGTH", "CHR", "CONCAT", "CONCAT_WS", "DECODE",
            "ENCODE", "FORMAT", "INITCAP", "LEFT", "LENGTH", "LOWER", "LPAD", "LTRIM", "MD5", "NORMALIZE",
            "OCTET_LENGTH", "OVERLAY", "PHRASETO_TSQUERY", "PLAINTO_TSQUERY", "POSITION", "QUOTE_IDENT",
            "QUOTE_LITERAL", "REGEXP_MATCH", "REGEXP_MATCHES", "REGEXP_REPLACE", "REGEXP_SPLIT_TO_ARRAY",
            "REGEXP_SPLIT_TO_TABLE", "REPEAT", "REPLACE", "REVERSE", "RIGHT", "RPAD", "RTRIM", "SHA256", "SPLIT_PART",
            "STARTS_WITH", "STRPOS", "SUBSTR", "SUBSTRING", "TO_HEX", "TO_TSQUERY", "TO_TSVECTOR", "TRANSLATE", "TRIM",
            "TS_HEADLINE", "TS_RANK", "TS_RANK_CD", "UPPER", "WEBSEARCH_TO_TSQUERY");

    private static final Set<String> TIMES = Set.of(
            "AGE", "CLOCK_TIMESTAMP", "CURRENT_TIME", "CURRENT_TIMESTAMP", "DATE", "DATE_BIN", "DATE_PART", "DATE_TRUNC",
            "EXTRACT", "ISFINITE", "JUSTIFY_DAYS", "JUSTIFY_HOURS", "JUSTIFY_INTERVAL", "LOCALTIME", "LOCALTIMESTAMP",
            "MAKE_DATE", "MAKE_INTERVAL", "MAKE_TIME", "MAKE_TIMESTAMP", "MAKE_TIMESTAMPTZ", "NOW",
            "STATEMENT_TIMESTAMP", "TIMEZONE", "TO_CHAR", "TO_DATE", "TO_NUMBER", "TO_TIMESTAMP",
            "TRANSACTION_TIMESTAMP");

    private static final Set<String> AGGREGATES = Set.of(
            "ANY_VALUE", "ARRAY_AGG", "AVG", "BIT_AND", "BIT_OR", "BOOL_AND", "BOOL_OR", "CORR", "COUNT", "CUME_DIST",
            "DENSE_RANK", "EVERY", "FIRST_VALUE", "LAG", "LAST_VALUE", "LEAD", "MAX", "MIN", "MODE", "NTH_VALUE",
            "NTILE", "PERCENTILE_CONT", "PERCENTILE_DISC", "PERCENT_RANK", "RANK", "ROW_NUMBER", "STDDEV",
            "STDDEV_POP", "STDDEV_SAMP", "STRING_AGG", "SUM", "VARIANCE", "VAR_POP", "VAR_SAMP");

    private static final Set<String> COMPOSITES = Set.of(
            "ARRAY_APPEND", "ARRAY_CAT", "ARRAY_LENGTH", "ARRAY_POSITION", "ARRAY_POSITIONS", "ARRAY_PREPEND",
            "ARRAY_REMOVE", "ARRAY_REPLACE", "ARRAY_TO_JSON", "ARRAY_TO_STRING", "ARRAY_UPPER", "CARDINALITY",
            "DATERANGE", "INT4RANGE", "INT8RANGE", "ISEMPTY", "JSONB_AGG", "JSONB_ARRAY_ELEMENTS",
            "JSONB_ARRAY_ELEMENTS_TEXT", "JSONB_ARRAY_LENGTH", "JSONB_BUILD_ARRAY", "JSONB_BUILD_OBJECT", "JSONB_EACH",
            "JSONB_EACH_TEXT", "JSONB_EXTRACT_PATH", "JSONB_EXTRACT_PATH_TEXT", "JSONB_INSERT", "JSONB_OBJECT_AGG",
            "JSONB_OBJECT_KEYS", "JSONB_PATH_EXISTS", "JSONB_PATH_QUERY", "JSONB_PATH_QUERY_ARRAY",
            "JSONB_PATH_QUERY_FIRST", "JSONB_PRETTY", "JSONB_SET", "JSONB_STRIP_NULLS", "JSONB_TYPEOF", "JSON_AGG",
            "JSON_ARRAY_ELEMENTS", "JSON_ARRAY_ELEMENTS_TEXT", "JSON_ARRAY_LENGTH", "JSON_BUILD_ARRAY",
            "JSON_BUILD_OBJECT", "JSON_EXTRACT_PATH", "JSON_EXTRACT_PATH_TEXT", "JSON_OBJECT_AGG", "JSON_TYPEOF",
            "LOWER_INC", "NUMRANGE", "RANGE_MERGE", "ROW_TO_JSON", "STRING_TO_ARRAY", "TO_JSON", "TO_JSONB", "TSRANGE",
            "TSTZRANGE", "UNNEST", "UPPER_INC");

    private HarmlessFunctions() {}

    static boolean contain(String name) {
        return GENERAL.contains(name)
                || LOCKS.contains(name)
                || NUMBERS.contains(name)
                || TEXTS.contains(name)
                || TIMES.contains(name)
                || AGGREGATES.contains(name)
                || COMPOSITES.contains(name);
    }
}
