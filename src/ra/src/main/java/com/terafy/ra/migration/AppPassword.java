package com.terafy.ra.migration;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;

/**
 * Tells the script the application's password, for the script's transaction only: behind a pooler, what is set for the
 * session would be there for its next client to read.
 */
record AppPassword(String verifier) implements Callback {

    private static final String SET = "SELECT set_config('terafy.app_password', ?, true)";

    /** Sets it in the transaction that is open, or to be opened by this statement; an empty one is not set. */
    static void tell(Connection connection, String verifier) throws SQLException {
        if (verifier.isEmpty()) {
            return;
        }
        try (PreparedStatement set = connection.prepareStatement(SET)) {
            set.setString(1, verifier);
            set.execute();
        }
    }

    @Override
    public boolean supports(Event event, Context context) {
        return event == Event.BEFORE_EACH_MIGRATE;
    }

    @Override
    public boolean canHandleInTransaction(Event event, Context context) {
        return true;
    }

    @Override
    public void handle(Event event, Context context) {
        try {
            tell(context.getConnection(), verifier);
        } catch (SQLException failed) {
            throw new FlywayException("The application's password could not be told to the script", failed);
        }
    }

    @Override
    public String getCallbackName() {
        return "terafy.app_password";
    }

    /** Without the verifier. */
    @Override
    public String toString() {
        return getCallbackName();
    }
}
