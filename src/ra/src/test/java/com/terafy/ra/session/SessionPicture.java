package com.terafy.ra.session;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.PGConnection;

/** All that PostgreSQL tells of a session's state, in one text. */
final class SessionPicture {

    /** A variable that the server once knew is empty for ever, also after DISCARD ALL; as good as unset. */
    private static final String PICTURE = """
            SELECT concat_ws(E'\\n',
                'app.user_id ' || coalesce(nullif(current_setting('app.user_id', true), ''), 'unset'),
                'local.user_id ' || coalesce(nullif(current_setting('local.user_id', true), ''), 'unset'),
                'users ' || current_user || ' ' || session_user || ' ' || current_setting('role'),
                'settings ' || (SELECT string_agg(name || '=' || setting, ' ' ORDER BY name)
                    FROM pg_settings WHERE context IN ('user', 'superuser') AND name NOT LIKE '%.%'),
                'advisory locks ' || (SELECT count(*) FROM pg_locks
                    WHERE locktype = 'advisory' AND pid = pg_backend_pid()),
                'listens ' || (SELECT count(*) FROM pg_listening_channels()),
                'prepared ' || (SELECT count(*) FROM pg_prepared_statements WHERE from_sql),
                'cursors ' || (SELECT count(*) FROM pg_cursors WHERE name <> '' AND name NOT LIKE 'C\\_%'),
                'temporary relations ' || (SELECT count(*) FROM pg_class WHERE relnamespace = pg_my_temp_schema()),
                'temporary functions ' || (SELECT count(*) FROM pg_proc WHERE pronamespace = pg_my_temp_schema()))
            """;

    /** All of it, by name, as a function, which PostgreSQL plans once. Where a transaction's own settings come from, PostgreSQL forgets with the first that sets them. */
    static final String WHOLE = """
            CREATE FUNCTION public.picture() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN pg_catalog.concat_ws(E'\\n',
                'users ' || current_user || ' ' || session_user || ' ' || pg_catalog.current_setting('role')
                    || ' ' || pg_catalog.current_setting('is_superuser'),
                'schemas ' || pg_catalog.current_schemas(false)::text,
                (SELECT pg_catalog.string_agg('variable ' || name || ' '
                        || coalesce(nullif(pg_catalog.current_setting(name, true), ''), 'unset'), E'\\n')
                    FROM (VALUES ('app.user_id'), ('local.user_id'), ('app.tenant'), ('odd name.x y')) AS v(name)),
                'locks ' || (SELECT pg_catalog.string_agg(pg_catalog.concat_ws(' ', locktype, mode, relation, objid), ', ')
                    FROM pg_catalog.pg_locks WHERE pid = pg_catalog.pg_backend_pid()
                        AND mode <> 'AccessShareLock' AND locktype <> 'virtualxid'),
                'listens ' || (SELECT pg_catalog.string_agg(c, ', ') FROM pg_catalog.pg_listening_channels() AS l(c)),
                'prepared ' || (SELECT pg_catalog.string_agg(name, ', ')
                    FROM pg_catalog.pg_prepared_statements WHERE from_sql),
                'cursors ' || (SELECT pg_catalog.string_agg(name, ', ') FROM pg_catalog.pg_cursors
                    WHERE name <> '' AND statement NOT LIKE '%pg_catalog.pg_cursors%'),
                'temporary ' || (SELECT pg_catalog.string_agg(pg_catalog.pg_describe_object(classid, objid, 0), ', ')
                    FROM pg_catalog.pg_depend WHERE refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
                        AND refobjid = pg_catalog.pg_my_temp_schema()),
                'sequences ' || public.sequences(),
                'transaction ' || pg_catalog.pg_current_xact_id_if_assigned()::text,
                (SELECT pg_catalog.string_agg('setting ' || name || '=' || coalesce(setting, '')
                        || CASE WHEN name LIKE 'transaction%' THEN '' ELSE ' from ' || source END,
                    E'\\n' ORDER BY name) FROM pg_catalog.pg_settings)); END $$
            """;

    private static final String OF_SUPERUSERS = """
            SELECT pg_catalog.concat_ws(' ',
                'origin', pg_catalog.pg_replication_origin_session_is_setup(),
                'slots', (SELECT count(*) FROM pg_catalog.pg_get_replication_slots()
                    WHERE temporary AND active_pid = pg_catalog.pg_backend_pid()),
                'dblink', public.dblink_get_connections())
            """;

    private SessionPicture() {}

    static String of(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(PICTURE)) {
            row.next();
            return row.getString(1);
        }
    }

    /** All that there is to be seen in the server, a line for each; in a database that has {@link #WHOLE}. */
    static String whole(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT public.picture()");
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getString(1);
        }
    }

    /** What only a superuser sees, in the database that has dblink. */
    static String superusers(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(OF_SUPERUSERS);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return "\n" + row.getString(1);
        }
    }

    /** What the driver has of its own, without asking the server. */
    static String driver(Connection connection) throws SQLException {
        PGConnection postgres = connection.unwrap(PGConnection.class);
        return String.join(
                "\n",
                "auto-commit " + connection.getAutoCommit(),
                "read-only " + connection.isReadOnly(),
                "network timeout " + connection.getNetworkTimeout(),
                "holdability " + connection.getHoldability(),
                "catalog " + connection.getCatalog(),
                "application name " + connection.getClientInfo("ApplicationName"),
                "type map " + connection.getTypeMap(),
                "prepare threshold " + postgres.getPrepareThreshold(),
                "fetch size " + postgres.getDefaultFetchSize(),
                "query timeout " + postgres.getQueryTimeout(),
                "autosave " + postgres.getAutosave(),
                "adaptive fetch " + postgres.getAdaptiveFetch(),
                "warnings " + connection.getWarnings(),
                "reported " + postgres.getParameterStatuses());
    }
}
