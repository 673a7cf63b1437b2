package com.terafy.ra.session;

/**
 * Walks through a text of SQL token by token, past comments and string constants, as PostgreSQL's lexer would, with
 * {@code standard_conforming_strings} on. Whatever it does not read exactly as the server it calls {@link #isUnclear()}.
 *
 * <p>Its character classes are the server's, not Java's: every character beyond ASCII, a space in Java's eyes or not,
 * is part of a name there.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-syntax-lexical.html">PostgreSQL, 4.1 Lexical Structure</a>
 */
final class SqlTokens {

    private final String sql;
    private int position;
    private int start;
    private boolean word;
    private boolean unclear;

    /** The last token was a string constant with backslash escapes: one after a line break would go on with them. */
    private boolean escapes;

    SqlTokens(String sql) {
        this.sql = sql;
    }

    /** Moves to the next token; false at the end. */
    boolean next() {
        word = false;
        while (position < sql.length() && !unclear) {
            char c = sql.charAt(position);
            if (isSpace(c)) {
                position++;
            } else if (sql.startsWith("--", position)) {
                skipLine();
            } else if (sql.startsWith("/*", position)) {
                skipBlockComment();
            } else {
                start = position;
                return read(c);
            }
        }
        start = position;
        return false;
    }

    private boolean read(char c) {
        boolean continued = escapes;
        escapes = false;
        if (startsName(c)) {
            return readWord();
        }
        if (c == '\'') {
            unclear = continued;
            skipQuoted('\'', false);
        } else if (c == '"') {
            skipQuoted('"', false);
            word = true;
        } else if (c == '$') {
            skipDollar();
        } else {
            position++;
        }
        return !unclear;
    }

    /** A word, or the prefix of a string constant such as E'…' or N'…', or of an identifier with escapes. */
    private boolean readWord() {
        while (position < sql.length() && isPartOfName(sql.charAt(position))) {
            position++;
        }
        boolean single = position - start == 1;
        char first = sql.charAt(start);
        if (single && position < sql.length() && sql.charAt(position) == '\'') {
            escapes = first == 'E' || first == 'e';
            skipQuoted('\'', escapes);
            return !unclear;
        }
        word = true;
        // U&"…" may spell any name, and UESCAPE may stand between it and its parenthesis.
        unclear = single && (first == 'U' || first == 'u') && sql.startsWith("&\"", position);
        return !unclear;
    }

    /** Past a constant or a quoted identifier; a doubled quote stands for one. */
    private void skipQuoted(char quote, boolean backslashEscapes) {
        position++;
        while (position < sql.length()) {
            char c = sql.charAt(position++);
            if (backslashEscapes && c == '\\') {
                position++;
            } else if (c == quote) {
                if (position >= sql.length() || sql.charAt(position) != quote) {
                    return;
                }
                position++;
            }
        }
        unclear = true;
    }

    /** Past a dollar-quoted constant; a dollar that begins none is a parameter. */
    private void skipDollar() {
        int end = position + 1;
        if (end < sql.length() && startsName(sql.charAt(end))) {
            while (end < sql.length() && isPartOfName(sql.charAt(end)) && sql.charAt(end) != '$') {
                end++;
            }
        }
        if (end >= sql.length() || sql.charAt(end) != '$') {
            position++;
            return;
        }
        String tag = sql.substring(position, end + 1);
        int close = sql.indexOf(tag, end + 1);
        unclear = close < 0;
        position = unclear ? sql.length() : close + tag.length();
    }

    /** To the end of the line, which for the server a carriage return is, too. */
    private void skipLine() {
        while (position < sql.length() && sql.charAt(position) != '\n' && sql.charAt(position) != '\r') {
            position++;
        }
    }

    /** Block comments nest. */
    private void skipBlockComment() {
        int depth = 0;
        do {
            if (sql.startsWith("/*", position)) {
                depth++;
                position += 2;
            } else if (sql.startsWith("*/", position)) {
                depth--;
                position += 2;
            } else {
                position++;
            }
        } while (depth > 0 && position < sql.length());
        unclear = depth > 0;
    }

    private static boolean isSpace(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }

    private static boolean startsName(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
    }

    private static boolean isPartOfName(char c) {
        return startsName(c) || (c >= '0' && c <= '9') || c == '$';
    }

    /** True if the token is a word or a quoted identifier. */
    boolean isWord() {
        return word;
    }

    /** The token as it stands; a quoted identifier with its quotes. */
    String word() {
        return sql.substring(start, position);
    }

    boolean is(char single) {
        return !word && position - start == 1 && sql.charAt(start) == single;
    }

    /** True if a constant or comment has no end, or means something that is not seen here. */
    boolean isUnclear() {
        return unclear;
    }
}
