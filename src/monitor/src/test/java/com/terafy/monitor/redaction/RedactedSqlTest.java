package com.terafy.monitor.redaction;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactedSqlTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "SELECT 'secret'                              | SELECT ?",
                "SELECT 'it''s' || E'a\\'secret' || $1        | SELECT ? || ? || $1",
                "SELECT $$secret$$, $tag$ $$ secret $tag$     | SELECT ?, ?",
                "SELECT B'0101', x'ff', N'secret', U&'\\0061' | SELECT ?, ?, ?, ?",
                "SELECT U&\"na\\006de\", \"a\"\"b\" FROM u&v  | SELECT U&\"na\\006de\", \"a\"\"b\" FROM u&v",
                "WHERE a=1 AND b<-2.5e-10 AND c=.5 AND d=0x1F | WHERE a=? AND b<-? AND c=? AND d=?",
                "SELECT 1_000, 1e5+2, t1.c2, a$b$c            | SELECT ?, ?+?, t1.c2, a$b$c",
                "/* secret /* nested */ 'x' */ SELECT -- secret | SELECT",
                "SELECT 1::int4 -- it's\n, 2                  | SELECT ?::int4 \n, ?",
                "UPDATE patients SET name = 'Ana' WHERE id=42 | UPDATE patients SET name = ? WHERE id=?",
                "CREATE ROLE x PASSWORD 'secret'              | CREATE ROLE x PASSWORD ?",
                "DO $body$ secret $body$                      | DO ?",
                "SELECT * FROM größe WHERE ä = 'secret'       | SELECT * FROM größe WHERE ä = ?",
            })
    void literalsGoAndNamesStay(String sql, String shown) {
        String text = sql.replace("\\n", "\n");
        String wanted = shown.replace("\\n", " ").replaceAll(" +", " ");
        assertThat(RedactedSql.of(text).replaceAll("\\s+", " ")).isEqualTo(wanted);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 'secret",
                "SELECT 'a\\' OR 'secret'",
                "SELECT \"secret",
                "SELECT $$secret",
                "SELECT $a$secret$b$",
                "SELECT /* secret",
                "SELECT /* /* */ secret",
                "SELECT E'secret\\'",
                "SET terafy.app_password = secret",
                "BEGIN; set local x to secret",
                "ALTER ROLE x SET y = secret",
                "SELECT $1secret",
                "\\set x secret",
                "SELECT 1 \u0000 secret",
            })
    void onAnyDoubtNothingIsShown(String sql) {
        assertThat(RedactedSql.of(sql)).isEqualTo(RedactedSql.HIDDEN);
    }

    @Test
    void aTextThatIsTooLongIsNotLookedAt() {
        assertThat(RedactedSql.of("x".repeat(RedactedSql.LONGEST + 1))).isEqualTo(RedactedSql.HIDDEN);
    }
}
