package com.terafy.monitor.redaction;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * SQL without its values. Literals become {@code ?}, comments a space; key words, names, operators and parameters
 * ({@code $1}) stay. Follows PostgreSQL, "Lexical Structure" (section 4.1): strings, {@code E''}, {@code U&''},
 * {@code B''}, {@code X''}, {@code N''}, dollar quotes, nested comments, numbers.
 *
 * <p>On any doubt nothing of the text is shown: a string or comment without an end, as where pg_stat_activity has cut
 * the text; a plain string whose end depends on standard_conforming_strings; and statements in which a value need not
 * be a literal, such as {@code SET x = value}, or in which somebody forgot the quotes, such as {@code PASSWORD value}:
 * PostgreSQL refuses those, and yet they stand in pg_stat_activity.
 *
 * <p>For one thread, one text.
 */
public final class RedactedSql {

    /** Stands for a whole text. */
    public static final String HIDDEN = "(hidden)";

    /** Longer texts are not looked at. */
    public static final int LONGEST = 100_000;

    /** Statements in which SET gives a setting its value, which may be a bare word. */
    private static final Set<String> OF_SETTINGS = Set.of("set", "alter", "create");

    /** What makes another literal of a plain string. */
    private static final Set<String> PREFIXES = Set.of("b", "x", "n", "e");

    private static final char END = '\0';

    private final String sql;
    private final StringBuilder shown;
    private int at;
    private boolean begun;
    private String firstWord = ""; // of the statement
    private boolean afterPassword;

    private RedactedSql(String sql) {
        this.sql = sql;
        this.shown = new StringBuilder(sql.length());
    }

    /** The text without its values, or {@link #HIDDEN}. */
    public static String of(String sql) {
        if (sql.length() > LONGEST || sql.indexOf(END) >= 0) {
            return HIDDEN;
        }
        RedactedSql text = new RedactedSql(sql);
        return text.run() ? text.shown.toString().strip() : HIDDEN;
    }

    private boolean run() {
        while (at < sql.length()) {
            if (!token()) {
                return false;
            }
        }
        return true;
    }

    private boolean token() {
        char c = sql.charAt(at);
        if (afterPassword && !isSpace(c) && !isComment(c)) {
            afterPassword = false;
            if (!isHiddenValue(c)) {
                return false;
            }
        }
        if (c == '\'') {
            return plainString();
        } else if (c == '"') {
            return quotedName();
        } else if (c == '$') {
            return dollar();
        } else if (isComment(c)) {
            return c == '-' ? lineComment() : blockComment();
        } else if (isDigit(c) || (c == '.' && isDigit(peek(1)))) {
            return number();
        } else if (isNameStart(c)) {
            return word();
        }
        return other(c);
    }

    private boolean isComment(char c) {
        return (c == '-' && peek(1) == '-') || (c == '/' && peek(1) == '*');
    }

    /** Whether here begins what may stand after PASSWORD: a literal, a parameter, NULL. */
    private boolean isHiddenValue(char c) {
        if (c == '\'' || c == '$' || isDigit(c)) {
            return true;
        }
        int end = endOfWord(at);
        String word = sql.substring(at, end).toLowerCase(Locale.ROOT);
        char next = end < sql.length() ? sql.charAt(end) : END;
        return word.equals("null")
                || (PREFIXES.contains(word) && next == '\'')
                || (word.equals("u") && next == '&' && end + 1 < sql.length() && sql.charAt(end + 1) == '\'');
    }

    private int endOfWord(int from) {
        int end = from;
        while (end < sql.length() && isNamePart(sql.charAt(end))) {
            end++;
        }
        return end;
    }

    private boolean other(char c) {
        if (isSpace(c)) {
            space();
        } else if (c < ' ' || c == 0x7f || c == '\\') {
            return false; // no SQL
        } else {
            if (c == ';') {
                firstWord = "";
            }
            show(c);
        }
        at++;
        return true;
    }

    /** Where a backslash stands before a quote, standard_conforming_strings decides whether the string ends there. */
    private boolean plainString() {
        int end = endOfString(at + 1, false);
        if (end < 0 || sql.substring(at, end).contains("\\'")) {
            return false;
        }
        return value(end);
    }

    private boolean escapeString(int quote) {
        int end = endOfString(quote + 1, true);
        return end >= 0 && value(end);
    }

    /** After the closing quote; -1 if there is none. A doubled quote does not close. */
    private int endOfString(int from, boolean escapes) {
        for (int i = from; i < sql.length(); i++) {
            char c = sql.charAt(i);
            if (c == '\\' && escapes) {
                i++;
            } else if (c == '\'') {
                if (i + 1 < sql.length() && sql.charAt(i + 1) == '\'') {
                    i++;
                } else {
                    return i + 1;
                }
            }
        }
        return -1;
    }

    private boolean value(int end) {
        show('?');
        at = end;
        return true;
    }

    private boolean quotedName() {
        int i = at + 1;
        while (i < sql.length()) {
            if (sql.charAt(i) == '"') {
                if (i + 1 < sql.length() && sql.charAt(i + 1) == '"') {
                    i++;
                } else {
                    return name(i + 1);
                }
            }
            i++;
        }
        return false;
    }

    private boolean name(int end) {
        shown.append(sql, at, end);
        begun = true;
        at = end;
        return true;
    }

    /** {@code $1}, {@code $$...$$} or {@code $tag$...$tag$}; a tag is a name without a dollar. */
    private boolean dollar() {
        int end = at + 1;
        if (isDigit(peek(1))) {
            while (end < sql.length() && isDigit(sql.charAt(end))) {
                end++;
            }
            return (end == sql.length() || !isNamePart(sql.charAt(end))) && name(end);
        }
        if (end < sql.length() && isNameStart(sql.charAt(end))) {
            while (end < sql.length() && isNamePart(sql.charAt(end)) && sql.charAt(end) != '$') {
                end++;
            }
        }
        if (end >= sql.length() || sql.charAt(end) != '$') {
            return false;
        }
        String tag = sql.substring(at, end + 1);
        int close = sql.indexOf(tag, end + 1);
        return close >= 0 && value(close + tag.length());
    }

    private boolean lineComment() {
        while (at < sql.length() && sql.charAt(at) != '\n' && sql.charAt(at) != '\r') {
            at++;
        }
        space();
        return true;
    }

    private boolean blockComment() {
        int depth = 0;
        for (int i = at; i + 1 < sql.length(); i++) {
            char c = sql.charAt(i);
            char next = sql.charAt(i + 1);
            if (c == '/' && next == '*') {
                depth++;
                i++;
            } else if (c == '*' && next == '/') {
                depth--;
                i++;
                if (depth == 0) {
                    at = i + 1;
                    space();
                    return true;
                }
            }
        }
        return false;
    }

    /** Takes more than a number may have ({@code 0x1F}, {@code 1_000}, {@code 1e+5}): no digit is left over. */
    private boolean number() {
        int end = at;
        while (end < sql.length() && isOfNumber(end)) {
            end++;
        }
        return value(end);
    }

    private boolean isOfNumber(int i) {
        char c = sql.charAt(i);
        if (c == '+' || c == '-') {
            char before = sql.charAt(i - 1);
            return i > at && (before == 'e' || before == 'E') && i + 1 < sql.length() && isDigit(sql.charAt(i + 1));
        }
        return c == '.' || isNamePart(c);
    }

    private boolean word() {
        int end = endOfWord(at);
        String word = sql.substring(at, end).toLowerCase(Locale.ROOT);
        char next = end < sql.length() ? sql.charAt(end) : END;
        if (next == '\'' && PREFIXES.contains(word)) {
            return escapeOrPlain(word, end);
        }
        if (word.equals("u") && next == '&') {
            Optional<Boolean> unicode = unicode(end);
            if (unicode.isPresent()) {
                return unicode.get();
            }
        }
        if (firstWord.isEmpty()) {
            firstWord = word;
        }
        if (word.codePoints().anyMatch(RedactedSql::isUnseen)) {
            return false; // looks like two words, and the second may be a value
        }
        afterPassword = word.equals("password");
        return !(word.equals("set") && OF_SETTINGS.contains(firstWord)) && name(end);
    }

    private boolean escapeOrPlain(String prefix, int quote) {
        if (prefix.equals("e")) {
            return escapeString(quote);
        }
        at = quote;
        return plainString();
    }

    /** {@code U&'...'} and {@code U&"..."}; empty if it is neither, but a column and an operator. */
    private Optional<Boolean> unicode(int ampersand) {
        char quote = ampersand + 1 < sql.length() ? sql.charAt(ampersand + 1) : END;
        if (quote == '\'') {
            at = ampersand + 1;
            return Optional.of(plainString());
        }
        if (quote == '"') {
            shown.append(sql, at, ampersand + 1);
            at = ampersand + 1;
            return Optional.of(quotedName());
        }
        return Optional.empty();
    }

    private void show(char c) {
        shown.append(c);
        begun = true;
    }

    private void space() {
        if (begun && shown.charAt(shown.length() - 1) != ' ') {
            shown.append(' ');
        }
    }

    private char peek(int ahead) {
        return at + ahead < sql.length() ? sql.charAt(at + ahead) : END;
    }

    private static boolean isSpace(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }

    /** A blank, or nothing, to the eye; a letter to PostgreSQL. */
    private static boolean isUnseen(int character) {
        return Character.isSpaceChar(character) || Character.getType(character) == Character.FORMAT;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** PostgreSQL takes every byte above 127 for a letter. */
    private static boolean isNameStart(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
    }

    private static boolean isNamePart(char c) {
        return isNameStart(c) || isDigit(c) || c == '$';
    }
}
