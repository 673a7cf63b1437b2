package com.terafy.ra.session;

import com.terafy.api.SessionContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;

/** Sets the variables of a {@link SessionContext} in one statement, names and values bound. */
final class SessionVariables {

    private static final String FIRST = "SELECT set_config(?, ?, ?)";
    private static final String FURTHER = ", set_config(?, ?, ?)";

    private SessionVariables() {}

    /**
     * Sets them.
     *
     * @param transactionLocal until the end of the transaction; otherwise until the session is reset as the connection
     *     goes back, which the text of this statement brings about
     */
    static void set(Connection connection, SessionContext context, boolean transactionLocal) throws SQLException {
        Map<String, String> variables = context.variables();
        String sql = FIRST + FURTHER.repeat(variables.size() - 1);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int parameter = 1;
            for (Map.Entry<String, String> variable : variables.entrySet()) {
                statement.setString(parameter++, variable.getKey());
                statement.setString(parameter++, variable.getValue());
                statement.setBoolean(parameter++, transactionLocal);
            }
            statement.execute();
        }
    }
}
