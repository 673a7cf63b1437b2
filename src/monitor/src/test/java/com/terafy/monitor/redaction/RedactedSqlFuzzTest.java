package com.terafy.monitor.redaction;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The redaction against what PostgreSQL itself takes for SQL. */
class RedactedSqlFuzzTest {

    /** No key word, name or function has it. */
    private static final String SECRET = "Zq7x";

    private static final String ALPHABET = "ab1 '\"\\$;-/*\n\t()=,.ä€%_&?E{}[]:";
    private static final int ROUNDS = 4_000;

    @Test
    void whatPostgresReadsAsAValueIsNeverShown() throws SQLException {
        Random random = new Random(20251124);
        int valid = 0;
        try (Connection connection = TestPostgres.shared().superuser();
                Statement statement = connection.createStatement()) {
            for (int round = 0; round < ROUNDS; round++) {
                String literal = literal(random, content(random));
                String sql = "SELECT " + comment(random) + literal + " AS result";
                if (valueOf(statement, sql).contains(SECRET)) {
                    valid++;
                    assertThat(RedactedSql.of(sql)).doesNotContain(SECRET);
                }
            }
        }
        assertThat(valid).isGreaterThan(ROUNDS / 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"on", "off"})
    void standardConformingStringsMakeNoDifference(String setting) throws SQLException {
        Random random = new Random(7);
        int valid = 0;
        try (Connection connection = TestPostgres.shared().superuser();
                Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute("SET standard_conforming_strings = " + setting);
            statement.execute("SET escape_string_warning = off");
            for (int round = 0; round < ROUNDS; round++) {
                String sql = "SELECT 'a" + content(random) + "' || '"
                        + content(random).replace(SECRET, "b") + "' AS x";
                if (valueOf(statement, sql).contains(SECRET)) {
                    valid++;
                    assertThat(RedactedSql.of(sql)).doesNotContain(SECRET);
                }
            }
        }
        assertThat(valid).isPositive();
    }

    /** Views and functions of the catalogue: some hundred statements that PostgreSQL wrote itself. */
    @Test
    void realStatementsLoseTheirLiteralsAndNothingElse() throws SQLException {
        List<String> real = new ArrayList<>();
        try (Connection connection = TestPostgres.shared().superuser();
                PreparedStatement statement =
                        connection.prepareStatement("SELECT pg_get_viewdef(oid) FROM pg_class WHERE relkind = 'v'"
                                + " UNION ALL SELECT prosrc FROM pg_proc WHERE prolang = (SELECT oid FROM pg_language"
                                + " WHERE lanname = 'sql') AND prosrc <> ''");
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                real.add(row.getString(1));
            }
        }
        assertThat(real).hasSizeGreaterThan(100);
        for (String sql : real) {
            String shown = RedactedSql.of(sql);
            assertThat(shown).as(sql).isNotEqualTo(RedactedSql.HIDDEN).doesNotContain("'");
            assertThat(shown.replaceAll("[^A-Za-z_]", "").length()).isGreaterThan(sql.length() / 10);
        }
    }

    @Test
    void noTextMakesItFail() {
        Random random = new Random(1);
        for (int round = 0; round < 100_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(40); i > 0; i--) {
                text.append(
                        random.nextInt(20) == 0
                                ? (char) random.nextInt(0x10000)
                                : ALPHABET.charAt(random.nextInt(ALPHABET.length())));
            }
            assertThat(RedactedSql.of(text.toString())).isNotNull();
        }
    }

    private static String valueOf(Statement statement, String sql) {
        try (ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? String.valueOf(row.getString(1)) : "";
        } catch (SQLException notSql) {
            return "";
        }
    }

    private static String content(Random random) {
        StringBuilder text = new StringBuilder();
        int place = random.nextInt(6);
        for (int i = 0; i < 6; i++) {
            text.append(i == place ? SECRET : ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }

    private static String literal(Random random, String content) {
        String doubled = content.replace("'", "''");
        return switch (random.nextInt(7)) {
            case 0 -> "E'" + doubled.replace("\\", "\\\\") + "'";
            case 1 -> "$$" + content + "$$";
            case 2 -> "$t" + random.nextInt(9) + "_ä$" + content + "$t" + random.nextInt(2) + "_ä$";
            case 3 -> "U&'" + doubled.replace("\\", "\\\\") + "'";
            case 4 -> "N'" + doubled + "'";
            case 5 -> "e'" + content.replace("\\", "").replace("'", "\\'") + "' '" + content;
            default -> "'" + doubled + "'";
        };
    }

    private static String comment(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> " /* ' $$ /* \" */ */ ";
            case 1 -> " -- ' $$ \" /*\n ";
            case 2 -> " 'x'||";
            default -> "";
        };
    }
}
