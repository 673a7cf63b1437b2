package com.terafy.ra.session;

import com.terafy.ra.driver.DriverStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Sets variables of the session in one statement, names and values bound. */
final class SessionVariables {

    private static final String SET = "pg_catalog.set_config(?, ?, ?)";
    private static final String READ = "pg_catalog.current_setting(?, true)";
    private static final String SEPARATOR = ", ";

    private SessionVariables() {}

    /** Sets them until the end of the transaction or, if not transaction-local, until the session is reset. */
    static void set(Connection connection, Map<String, String> variables, boolean transactionLocal)
            throws SQLException {
        String sql = "SELECT " + repeated(SET, variables.size());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, 1, variables, transactionLocal);
            statement.execute();
        }
    }

    /** Sets them until the session is reset, ahead of the statement that the driver sends next. */
    static void setAhead(DriverStream stream, Map<String, String> variables) throws SQLException {
        StringBuilder sql = new StringBuilder("SELECT ");
        List<String> values = new ArrayList<>();
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            values.add(variable.getKey());
            values.add(variable.getValue());
            sql.append("pg_catalog.set_config($")
                    .append(values.size() - 1)
                    .append(", $")
                    .append(values.size())
                    .append(", false), ");
        }
        stream.putAhead(sql.append("NULL").toString(), values);
    }

    /**
     * Sets them until the end of the transaction; what they were before is read by the same statement.
     *
     * @return the former values; empty, as the server leaves a variable that it once knew, for those that had none
     */
    static Map<String, String> replace(Connection connection, Map<String, String> variables) throws SQLException {
        String sql = "SELECT " + repeated(READ, variables.size()) + SEPARATOR + repeated(SET, variables.size());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int parameter = 1;
            for (String name : variables.keySet()) {
                statement.setString(parameter++, name);
            }
            bind(statement, parameter, variables, true);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return formerValues(row, variables);
            }
        }
    }

    private static Map<String, String> formerValues(ResultSet row, Map<String, String> variables) throws SQLException {
        Map<String, String> former = new LinkedHashMap<>();
        int column = 1;
        for (String name : variables.keySet()) {
            String value = row.getString(column++);
            former.put(name, value == null ? "" : value);
        }
        return former;
    }

    private static void bind(
            PreparedStatement statement, int first, Map<String, String> variables, boolean transactionLocal)
            throws SQLException {
        int parameter = first;
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            statement.setString(parameter++, variable.getKey());
            statement.setString(parameter++, variable.getValue());
            statement.setBoolean(parameter++, transactionLocal);
        }
    }

    private static String repeated(String expression, int times) {
        return expression + (SEPARATOR + expression).repeat(times - 1);
    }
}
