package com.example.practice;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** Creates the tables when the application starts, with plain JDBC on the injected DataSource. */
@Singleton
@Startup
public class Tables {

    private static final String[] STATEMENTS = {
        """
        CREATE TABLE IF NOT EXISTS patient (
            id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            name text NOT NULL UNIQUE CHECK (name <> '')
        )""",
        """
        CREATE TABLE IF NOT EXISTS appointment (
            id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            patient_id integer NOT NULL REFERENCES patient,
            starts_at timestamp NOT NULL UNIQUE
        )""",
        """
        CREATE TABLE IF NOT EXISTS therapist_note (
            therapist text NOT NULL CHECK (therapist <> ''),
            body text NOT NULL
        )""",
        // The role that owns a table is under its policies only where that is forced.
        "ALTER TABLE therapist_note ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE therapist_note FORCE ROW LEVEL SECURITY",
        "DROP POLICY IF EXISTS own_notes ON therapist_note",
        // Once used in a session and reset, a variable is empty, not NULL: nullif keeps "nobody" from being somebody.
        "CREATE POLICY own_notes ON therapist_note USING (therapist = nullif(current_setting('app.user_id', true), ''))",
        "INSERT INTO patient (name) VALUES ('Ana Lima'), ('Bento Reis') ON CONFLICT DO NOTHING"
    };

    @Resource(lookup = "java:/TerafyDS")
    private DataSource database;

    @PostConstruct
    void create() {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : STATEMENTS) {
                statement.execute(sql);
            }
        } catch (SQLException failed) {
            throw new IllegalStateException("The tables of the practice could not be created.", failed);
        }
    }
}
