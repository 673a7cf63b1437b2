package com.terafy.ra.session;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

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

    private SessionPicture() {}

    static String of(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(PICTURE)) {
            row.next();
            return row.getString(1);
        }
    }
}
