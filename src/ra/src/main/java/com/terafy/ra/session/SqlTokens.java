package com.terafy.ra.session;

/**
 * Walks through a text of SQL token by token, past comments and string constants, as PostgreSQL's lexer would.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-syntax-lexical.html">PostgreSQL, 4.1 Lexical Structure</a>
 */
final class SqlTokens {

    private final String sql;
    private int position;
    private int start;
    private boolean word;
    private boolean broken;

    SqlTokens(String sql) {
        this.sql = sql;
    }

    /** Moves to the next token; false at the end. */
    boolean next() {
        word = false;
        while (position < sql.length() && !broken) {
            char c = sql.charAt(position);
            if (Character.isWhitespace(c)) {
                position++;
            } else if (sql.startsWith("--", position)) {
                position = endOr(sql.indexOf('\n', position));
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
        if (Character.isJavaIdentifierStart(c) && c != '$') {
            return readWord();
        }
        if (c == '\'') {
            skipQuoted('\'', false);
        } else if (c == '"') {
            skipQuoted('"', false);
            word = true;
        } else if (c == '$') {
            skipDollar();
        } else {
            position++;
        }
        return !broken;
    }

    /** A word, or the prefix of a string constant such as E'…' or U&'…'. */
    private boolean readWord() {
        while (position < sql.length() && Character.isJavaIdentifierPart(sql.charAt(position))) {
            position++;
        }
        if (position < sql.length() && sql.charAt(position) == '\'' && position - start == 1) {
            char prefix = Character.toUpperCase(sql.charAt(start));
            skipQuoted('\'', prefix == 'E');
            return !broken;
        }
        word = true;
        return true;
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
        broken = true;
    }

    /** Past a dollar-quoted constant; a dollar that begins none is an operator or a parameter. */
    private void skipDollar() {
        int end = position + 1;
        while (end < sql.length() && Character.isJavaIdentifierPart(sql.charAt(end)) && sql.charAt(end) != '$') {
            end++;
        }
        if (end >= sql.length() || sql.charAt(end) != '$') {
            position++;
            return;
        }
        String tag = sql.substring(position, end + 1);
        int close = sql.indexOf(tag, end + 1);
        broken = close < 0;
        position = broken ? sql.length() : close + tag.length();
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
        broken = depth > 0;
    }

    private int endOr(int found) {
        return found < 0 ? sql.length() : found;
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

    /** True if a constant or comment has no end: nothing can be said about such a text. */
    boolean isBroken() {
        return broken;
    }
}
