package com.terafy.ra.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Judgement from the text alone; what PostgreSQL makes of such texts is in {@link SessionStateTest}. */
class SqlTextTest {

    private static final long SEED = 20251124L;

    /** What applications send all day. Each of these costs no round trip. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-- nothing",
                "select 1",
                "SELECT p1_0.id,p1_0.name FROM patient p1_0 WHERE p1_0.id=?",
                "select a1_0.id, p1_0.name from appointment a1_0 join patient p1_0 on p1_0.id=a1_0.patient_id"
                        + " where a1_0.starts_at>=? order by a1_0.starts_at offset ? rows fetch first ? rows only",
                "select count(*) from patient p1_0 left join (select id from x) y on y.id = p1_0.id",
                "select * from a cross join lateral (select 1) b",
                "SELECT x.id FROM patient x WHERE x.id IN (?,?,?) AND (x.name LIKE ? ESCAPE '' OR lower(x.name) = ?)",
                "SELECT EXISTS (SELECT 1 FROM patient WHERE id = ANY (?))",
                "insert into patient (name,id) values (?,default)",
                "insert into public.patient (name, id) values (?, nextval('patient_seq'))",
                "insert into patient as p (name) values (?) on conflict (name) do update set name = excluded.name",
                "insert into patient (name) values (?),(?) on conflict (name) where name <> '' do nothing returning id",
                "update patient p1_0 set name=?, version=? where p1_0.id=? and p1_0.version=?",
                "update patient set (name, version) = (?, version + 1) where id = ?",
                "delete from patient where id=?",
                "select nextval('patient_seq')",
                "select p.id from patient p where p.id=? for no key update of p skip locked",
                "WITH recent AS (SELECT id FROM visit WHERE at > now() - interval '1 day') SELECT count(*) FROM recent",
                "WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t WHERE n < 100) SELECT sum(n) FROM t",
                "WITH a AS NOT MATERIALIZED (SELECT 1), b AS MATERIALIZED (SELECT 2) SELECT * FROM a, b",
                "SELECT id, row_number() OVER (PARTITION BY patient_id ORDER BY at DESC) FROM visit",
                "SELECT count(*) FILTER (WHERE paid), sum(amount) OVER w FROM visit WINDOW w AS (ORDER BY at)",
                "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY amount) FROM visit",
                "SELECT data->>'name', data #> '{a,b}', data @> ?::jsonb FROM document",
                "SELECT jsonb_build_object('id', id, 'tags', jsonb_agg(tag)) FROM document GROUP BY id",
                "SELECT a, sum(b) FROM t GROUP BY GROUPING SETS ((a), ()) HAVING (sum(b) > 1)",
                "SELECT CAST(? AS numeric(10,2)), ?::varchar(20), '5'::character varying(3), DATE '2026-01-01'",
                "SELECT coalesce(name, '') || ' (set_config(''app.user_id'', ''7'', false))' FROM patient",
                "SELECT 'SET app.user_id = 7; RESET ALL' AS text -- ; SET app.user_id = 7",
                "SELECT $$ SET app.user_id = 7 $$, $x$ $$; LISTEN a $x$ /* ; LISTEN b */",
                "SELECT E'\\'; SET app.user_id = 7'",
                "SELECT \"set\", \"listen\", t.prepare, t.temp FROM \"execute\" AS t",
                "SELECT extract(year FROM at), to_char(at, 'YYYY'), date_trunc('month', at) FROM visit",
                "SELECT pg_catalog.lower(name), current_setting('app.user_id', true) FROM patient",
                "SELECT * FROM generate_series(1, 10) AS g(n)",
                "SELECT * FROM unnest(?::int[], ?::text[]) AS u(id, name)",
                "SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v(id, name)",
                "SELECT set_config('app.user_id', ?, true)",
                "SELECT set_config('app.user_id', lower(?), TRUE), pg_catalog.set_config('app.role', $2, true)",
                "SELECT pg_advisory_xact_lock(?)",
                "SELECT pg_notify('news', ?)",
                "MERGE INTO stock AS s USING incoming AS i ON s.id = i.id WHEN MATCHED THEN UPDATE SET n = s.n + i.n",
                "BEGIN",
                "BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY; SELECT 1; COMMIT",
                "SAVEPOINT a; ROLLBACK TO SAVEPOINT a; RELEASE a",
                "SET LOCAL app.user_id = '7'",
                "SET LOCAL ROLE reader",
                "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
                "SET CONSTRAINTS ALL DEFERRED",
                "SHOW search_path",
                "TABLE patient",
                "LOCK TABLE patient IN SHARE MODE",
                "NOTIFY news, 'x'",
                "(SELECT 1) UNION ALL (SELECT 2)"
            })
    void whatApplicationsSendIsHarmless(String sql) {
        assertThat(SqlText.mayChangeSession(sql)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT f()",
                "SELECT lower (f())",
                "SELECT a.lower(x)",
                "SELECT \"Lower\"(x)",
                "SELECT \"lower\"(x)",
                "SELECT lower\u2003(x)",
                "SELECT x\u2003lower(x)",
                "SELECT \u017Fubstr(x)",
                "SELECT x FROM t WHERE key (1)",
                "SELECT filter(1)",
                "SELECT join(1)",
                "SELECT like(1)",
                "SELECT set(1)",
                "SELECT 1, set(1)",
                "SELECT by(1)",
                "SELECT 1 INTO t",
                "INSERT INTO a SELECT 1 INTO b",
                "SELECT set_config('a.b', '7', true::boolean)",
                "SELECT set_config('a.b', '7', t.true) FROM t",
                "SELECT set_config('a.b', '7', \"true\") FROM t",
                "SELECT set_config('a.b', true, false)",
                "SELECT set_config('a.b', '7', ?)",
                "SELECT set_config(is_local => true, setting_name => 'a.b', new_value => '7')",
                "SELECT public.set_config('a.b', '7', true)",
                "SELECT set_config('a.b', '7', true",
                "SET LOCAL = 7",
                "SET LOCAL TO x",
                "SET local.x = 7",
                "SET transaction.x = 7",
                "SET constraints.x = 7",
                "SET LOCAL",
                "SET",
                "SELECT 'unfinished",
                "SELECT \"unfinished",
                "SELECT $a$ unfinished",
                "SELECT /* unfinished",
                "SELECT E'a'\n'b\\'', set_config('app.user_id', '7', false), ''",
                "SELECT E'a' -- x\n '\\'', f(), ''",
                "SELECT 1 --\r, f()",
                "SELECT U&\"f\" UESCAPE '!' ()",
                "RESET ALL",
                "DISCARD TEMP",
                "LOAD 'auto_explain'",
                "COPY t FROM STDIN",
                "CALL p()",
                "EXECUTE p",
                "{call p()}",
                "{? = call f()}",
                "SELECT 1; ; {call p()}",
                "\uFEFFSELECT 1"
            })
    void whatIsNotKnownToBeHarmlessCounts(String sql) {
        assertThat(SqlText.mayChangeSession(sql)).isTrue();
    }

    @Test
    void withoutStandardStringsABackslashMakesATextUnclear() {
        assertThat(SqlVerdict.on("SELECT 'a\\'', f(), '", true).mayChange()).isFalse();
        assertThat(SqlVerdict.on("SELECT 'a\\'', f(), '", false).mayChange()).isTrue();
    }

    private static final List<List<String>> CHANGING = List.of(
            List.of("SET", " ", "app", ".", "user_id", " ", "=", " ", "'7'"),
            List.of("SELECT", " ", "set_config", "(", "'a.b'", ",", "'7'", ",", "false", ")"),
            List.of("SELECT", " ", "1", ",", "pg_catalog", ".", "set_config", "(", "'a.b'", ",", "'7'", ",", "$1", ")"),
            List.of(
                    "WITH", " ", "a", " ", "AS", "(", "SELECT", " ", "f", "(", ")", ")", "SELECT", " ", "*", "FROM",
                    " ", "a"),
            List.of("INSERT", " ", "INTO", " ", "t", "(", "a", ")", "VALUES", "(", "f", "(", "1", ")", ")"),
            List.of("SELECT", " ", "1", " ", "INTO", " ", "TEMP", " ", "t"),
            List.of("SELECT", " ", "'x'", ";", "LISTEN", " ", "news"),
            List.of("BEGIN", ";", "SELECT", " ", "pg_advisory_lock", "(", "1", ")", ";", "END"));

    private static final String[] BETWEEN = {
        " ",
        "\n",
        "\t",
        "\r",
        "\f",
        "/**/",
        "/* ' */",
        "/* \" */",
        "/* $$ */",
        "/* -- */",
        "/* /* */ ; */",
        "--\n",
        "-- ' \n",
        "-- /* \r",
        "--\" $a$ E'\\\n"
    };

    private static final String[] HARMLESS_BEFORE = {
        "",
        ";",
        "SELECT 1;",
        "SELECT ';' , '''' , '' ;",
        "SELECT E'\\'' , e'\\\\';",
        "SELECT $$'$$;",
        "SELECT $a$ $$ $b$ $a$;",
        "SELECT \"a\"\"b\" FROM t;",
        "BEGIN;",
        "SELECT lower('X');",
        "SET LOCAL a.b = 1;",
        "SELECT set_config('a','b',true);",
        "SELECT U&'\\0041';",
        "SELECT N'x', B'1', X'1F';",
        "SELECT a$b$ FROM t;"
    };

    /** Comments, white space, case and constants around a text that changes the session never hide it. */
    @Test
    void noDisguiseHidesAChange() {
        Random random = new Random(SEED);
        for (int i = 0; i < 200_000; i++) {
            List<String> pieces = CHANGING.get(random.nextInt(CHANGING.size()));
            StringBuilder sql = new StringBuilder(HARMLESS_BEFORE[random.nextInt(HARMLESS_BEFORE.length)]);
            for (String piece : pieces) {
                sql.append(random.nextInt(3) == 0 ? BETWEEN[random.nextInt(BETWEEN.length)] : "");
                sql.append(inAnyCase(piece, random));
            }
            assertThat(SqlText.mayChangeSession(sql.toString()))
                    .as(sql.toString())
                    .isTrue();
        }
    }

    private static String inAnyCase(String piece, Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> piece.toLowerCase(Locale.ROOT);
            case 1 -> piece.toUpperCase(Locale.ROOT);
            default -> piece;
        };
    }
}
