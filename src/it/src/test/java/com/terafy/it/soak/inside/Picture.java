package com.terafy.it.soak.inside;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** All that {@link Dirt} can leave in a session, as text. Immutable. */
record Picture(String text) {

    private static final String SESSION = """
            SELECT coalesce(current_setting('app.soak', true), ''), current_setting('search_path'),
                current_setting('transaction_isolation'), current_setting('transaction_read_only'),
                current_setting('statement_timeout'), current_setting('timezone'),
                (SELECT count(*) FROM pg_locks
                    WHERE locktype = 'advisory' AND classid = 4711 AND pid = pg_backend_pid()),
                to_regclass('pg_temp.soak_temp') IS NOT NULL,
                (SELECT count(*) FROM pg_listening_channels())
            """;
    private static final int COLUMNS = 9;

    static Picture of(Connection connection) throws SQLException {
        StringBuilder text = new StringBuilder();
        text.append(connection.getAutoCommit()).append(' ').append(connection.isReadOnly());
        text.append(' ').append(connection.getNetworkTimeout());
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(SESSION)) {
            row.next();
            for (int i = 1; i <= COLUMNS; i++) {
                text.append('|').append(row.getString(i));
            }
        }
        return new Picture(text.toString());
    }

    /** @throws StateCrossedException if the session is not as a fresh one is */
    void requireOf(Connection connection) throws SQLException {
        Picture now = of(connection);
        if (!now.equals(this)) {
            throw new StateCrossedException("found " + now.text + " instead of " + text);
        }
    }
}
