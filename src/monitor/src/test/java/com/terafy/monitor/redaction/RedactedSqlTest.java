package com.terafy.monitor.redaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactedSqlTest {

    static Stream<Arguments> literalsGoAndNamesStay() {
        return Stream.of(
                arguments("SELECT 'secret'", "SELECT ?"),
                arguments("SELECT 'it''s' || E'a\\'secret' || $1", "SELECT ? || ? || $1"),
                arguments("SELECT $$secret$$, $tag$ $$ secret $tag$", "SELECT ?, ?"),
                arguments("SELECT B'0101', x'ff', N'secret', U&'\\0061'", "SELECT ?, ?, ?, ?"),
                arguments("SELECT U&\"na\\006de\", \"a\"\"b\" FROM u&v", "SELECT U&\"na\\006de\", \"a\"\"b\" FROM u&v"),
                arguments("a=1 AND b<-2.5e-10 AND c=.5 AND d=0x1F", "a=? AND b<-? AND c=? AND d=?"),
                arguments("SELECT 1_000, 1e5+2, t1.c2, a$b$c", "SELECT ?, ?+?, t1.c2, a$b$c"),
                arguments("/* secret /* nested */ 'x' */ SELECT -- secret", "SELECT"),
                arguments("SELECT 1::int4 -- it's\n, 2", "SELECT ?::int4 , ?"),
                arguments("UPDATE patients SET name = 'Ana' WHERE id=42", "UPDATE patients SET name = ? WHERE id=?"),
                arguments("CREATE ROLE x PASSWORD 'secret'", "CREATE ROLE x PASSWORD ?"),
                arguments("ALTER ROLE x PASSWORD E'sec\\'ret'", "ALTER ROLE x PASSWORD ?"),
                arguments("ALTER ROLE x password/**/U&'secret'", "ALTER ROLE x password ?"),
                arguments("ALTER ROLE x PASSWORD $$secret$$ LOGIN", "ALTER ROLE x PASSWORD ? LOGIN"),
                arguments("ALTER ROLE x PASSWORD $1", "ALTER ROLE x PASSWORD $1"),
                arguments("ALTER ROLE x PASSWORD null", "ALTER ROLE x PASSWORD null"),
                arguments("SELECT \"password\", rolpassword FROM t", "SELECT \"password\", rolpassword FROM t"),
                arguments("DO $body$ secret $body$", "DO ?"),
                arguments("SELECT * FROM größe WHERE ä = 'secret'", "SELECT * FROM größe WHERE ä = ?"));
    }

    @ParameterizedTest
    @MethodSource
    void literalsGoAndNamesStay(String sql, String shown) {
        assertThat(RedactedSql.of(sql)).isEqualTo(shown);
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
                "ALTER ROLE x PASSWORD \"secret\"",
                "CREATE USER x PASSWORD secret",
                "CREATE USER x ENCRYPTED password\nsecret",
                "CREATE USER x PASSWORD -- why\n secret",
                "CREATE USER x PASSWORD/* why */secret",
                "CREATE USER x PASSWORD = secret",
                "CREATE USER x PASSWORD u&\"secret\"",
                "CREATE USER x PASSWORD nullsecret",
                "CREATE USER x PASSWORD esecret",
                "CREATE USER x PASSWORD\u00a0secret",
                "CREATE USER x PASSWORD\u200bsecret",
                "CREATE USER x PASSWORD (secret",
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
