package com.terafy.ra.session;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * Looks in the catalogs of a database for what may change a session without any sign of it in the text of SQL. Every
 * role may read them, and reading them takes no lock that a change of a table would wait for or hold up: expressions are
 * read as they are stored, not deparsed. Needs PostgreSQL 14.
 *
 * @see <a href="https://www.postgresql.org/docs/current/catalogs.html">PostgreSQL, chapter 52</a>
 */
final class HazardSearch {

    /** Objects with a smaller OID came with the server. */
    private static final String OURS = "oid >= 16384";

    /** Changes whenever one of the objects does that {@link #EXPRESSIONS} and {@link #BODIES} look at. */
    private static final String FINGERPRINT = "SELECT pg_catalog.concat_ws(' '"
            + rows("pg_proc") + rows("pg_rewrite") + rows("pg_policy") + rows("pg_attrdef") + rows("pg_constraint")
            + rows("pg_trigger") + rows("pg_operator") + rows("pg_cast") + ")";

    /** Expressions that call a dangerous function, and functions that are one under another name or in disguise. */
    private static final String EXPRESSIONS = """
            WITH dangerous AS MATERIALIZED (
                SELECT oid, prosrc FROM pg_catalog.pg_proc WHERE proname ~ ?),
            calls AS MATERIALIZED (
                SELECT ':(funcid|aggfnoid|winfnoid) (' || string_agg(oid::text, '|') || ')\\M' AS pattern
                FROM dangerous),
            expressions AS (
                SELECT 'rule or view of ' || ev_class::regclass AS place, ev_action::text AS tree
                    FROM pg_catalog.pg_rewrite WHERE oid >= 16384
                UNION ALL SELECT 'rule of ' || ev_class::regclass, ev_qual::text
                    FROM pg_catalog.pg_rewrite WHERE oid >= 16384 AND ev_qual IS NOT NULL
                UNION ALL SELECT 'policy of ' || polrelid::regclass, coalesce(polqual::text, '') || coalesce(polwithcheck::text, '')
                    FROM pg_catalog.pg_policy
                UNION ALL SELECT 'default of ' || adrelid::regclass, adbin::text FROM pg_catalog.pg_attrdef
                UNION ALL SELECT 'constraint ' || conname, conbin::text
                    FROM pg_catalog.pg_constraint WHERE conbin IS NOT NULL
                UNION ALL SELECT 'trigger of ' || tgrelid::regclass, tgqual::text
                    FROM pg_catalog.pg_trigger WHERE tgqual IS NOT NULL
                UNION ALL SELECT 'function ' || oid::regprocedure,
                        coalesce(prosqlbody::text, '') || coalesce(proargdefaults::text, '')
                    FROM pg_catalog.pg_proc WHERE oid >= 16384)
            SELECT place FROM expressions, calls WHERE tree ~ pattern
            UNION ALL SELECT 'operator ' || oid::regoperator FROM pg_catalog.pg_operator
                WHERE oid >= 16384 AND oprcode::oid IN (SELECT oid FROM dangerous)
            UNION ALL SELECT 'cast to ' || casttarget::regtype FROM pg_catalog.pg_cast
                WHERE oid >= 16384 AND castfunc IN (SELECT oid FROM dangerous)
            UNION ALL SELECT 'aggregate ' || aggfnoid FROM pg_catalog.pg_aggregate
                WHERE aggfnoid::oid >= 16384
                    AND (aggtransfn::oid IN (SELECT oid FROM dangerous)
                        OR aggfinalfn::oid IN (SELECT oid FROM dangerous)
                        OR aggmtransfn::oid IN (SELECT oid FROM dangerous)
                        OR aggmfinalfn::oid IN (SELECT oid FROM dangerous))
            UNION ALL SELECT 'function ' || p.oid::regprocedure
                FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_language l ON l.oid = p.prolang
                WHERE p.oid >= 16384
                    AND (l.lanname NOT IN ('c', 'internal', 'sql', 'plpgsql')
                        AND p.prorettype NOT IN ('language_handler'::regtype, 'fdw_handler'::regtype)
                        OR l.lanname = 'internal' AND p.prosrc IN (SELECT prosrc FROM dangerous))
            LIMIT 1
            """;

    /** Bodies worth a closer look. */
    private static final String BODIES = """
            SELECT p.oid::regprocedure, p.prosrc
            FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_language l ON l.oid = p.prolang
            WHERE p.oid >= 16384 AND l.lanname IN ('sql', 'plpgsql')
                AND p.prosrc ~* '(set|discard|execute|hold|listen|load|prepare|temp|advisory|dblink|crosstab|connectby|xpath_table|ts_stat|ts_rewrite|_to_xml|u&|replication_origin)'
            """;

    private static final int FETCH_SIZE = 200;

    private HazardSearch() {}

    private static String rows(String catalog) {
        return ", (SELECT count(*) || ':' || coalesce(sum(pg_catalog.hashtextextended("
                + "oid::text || ' ' || xmin::text, 0::bigint)), 0) FROM pg_catalog." + catalog + " WHERE " + OURS + ")";
    }

    /** A text that is the same as before as long as {@link #find} would find the same. */
    static String fingerprint(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(FINGERPRINT)) {
            row.next();
            return row.getString(1);
        }
    }

    /** The first object that may change a session, in words; null if there is none. */
    static @Nullable String find(Connection connection) throws SQLException {
        String expression = findExpression(connection);
        return expression == null ? findBody(connection) : expression;
    }

    private static @Nullable String findExpression(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(EXPRESSIONS)) {
            statement.setString(1, DangerousFunctions.NAMES);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getString(1) : null;
            }
        }
    }

    private static @Nullable String findBody(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(FETCH_SIZE);
            try (ResultSet row = statement.executeQuery(BODIES)) {
                while (row.next()) {
                    if (RoutineText.mayChangeSession(row.getString(2))) {
                        return "function " + row.getString(1);
                    }
                }
                return null;
            }
        }
    }
}
