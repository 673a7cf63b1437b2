package com.terafy.ra.session;

import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postgresql.core.NativeQuery;
import org.postgresql.core.Parser;

/**
 * Commands by which SQL ends the transaction that it runs in. Only the first words of a command do: in a transaction
 * block PostgreSQL lets no function or procedure end it. Pure.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-commit.html">PostgreSQL, COMMIT</a>
 */
public final class TransactionControl {

    private static final int LONGEST_WORD = 11;

    private TransactionControl() {}

    /** The first command in the text that ends a transaction, by its name. */
    public static Optional<String> in(String sql, boolean standardStrings) throws SQLException {
        if (sql.indexOf(';') < 0) {
            return command(sql);
        }
        List<NativeQuery> commands = Parser.parseJdbcSql(sql, standardStrings, false, true, false, true);
        for (NativeQuery one : commands) {
            Optional<String> found = command(one.nativeSql);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> command(String sql) {
        Words words = new Words(sql);
        String first = words.next();
        boolean ends = switch (first) {
            case "COMMIT", "END", "ABORT" -> true;
            case "ROLLBACK" -> !isToSavepoint(words);
            case "PREPARE" -> words.next().equals("TRANSACTION");
            default -> false;
        };
        return ends ? Optional.of(first) : Optional.empty();
    }

    private static boolean isToSavepoint(Words words) {
        String next = words.next();
        return next.equals("TO")
                || ((next.equals("WORK") || next.equals("TRANSACTION"))
                        && words.next().equals("TO"));
    }

    /** Words of a command in capitals, without the blanks and comments between them; empty for anything else. */
    private static final class Words {

        private final String sql;
        private int at;

        Words(String sql) {
            this.sql = sql;
        }

        String next() {
            skip();
            int start = at;
            while (at < sql.length() && Character.isLetter(sql.charAt(at)) && at - start <= LONGEST_WORD) {
                at++;
            }
            return sql.substring(start, at).toUpperCase(Locale.ROOT);
        }

        private void skip() {
            int before;
            do {
                before = at;
                while (at < sql.length() && (Character.isWhitespace(sql.charAt(at)) || sql.charAt(at) == ';')) {
                    at++;
                }
                if (sql.startsWith("--", at)) {
                    int end = sql.indexOf('\n', at);
                    at = end < 0 ? sql.length() : end;
                } else if (sql.startsWith("/*", at)) {
                    skipComment();
                }
            } while (at != before);
        }

        /** Comments nest in PostgreSQL. */
        private void skipComment() {
            int depth = 0;
            do {
                if (sql.startsWith("/*", at)) {
                    depth++;
                    at += 2;
                } else if (sql.startsWith("*/", at)) {
                    depth--;
                    at += 2;
                } else {
                    at++;
                }
            } while (depth > 0 && at < sql.length());
        }
    }
}
