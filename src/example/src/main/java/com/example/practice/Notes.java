package com.example.practice;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.RequestScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * A therapist's notes. No query here says whose: the policy of the table lets through those of {@code app.user_id} alone,
 * see {@link Tables}.
 *
 * <p>The variable is set for the session and nobody resets it here: the pool does, before anybody else gets the
 * connection. In a transaction {@code set_config(…, true)} is better: it ends with the transaction, and the pool need not
 * do anything.
 */
@RequestScoped
public class Notes {

    private static final String SET_THERAPIST = "SELECT set_config('app.user_id', ?, false)";

    @Resource(lookup = "java:/TerafyDS")
    private DataSource database;

    /** A note, and the process of the server that gave it. */
    public record Note(String therapist, String body, int backend) {}

    /** Notes that can be seen; an empty name stands for nobody, who sets no variable and sees none. */
    public List<Note> seenBy(String therapist) throws SQLException {
        try (Connection connection = database.getConnection()) {
            if (!therapist.isEmpty()) {
                use(connection, therapist);
            }
            try (PreparedStatement query = connection.prepareStatement(
                            "SELECT therapist, body, pg_backend_pid() FROM therapist_note");
                    ResultSet row = query.executeQuery()) {
                List<Note> notes = new ArrayList<>();
                while (row.next()) {
                    notes.add(new Note(row.getString(1), row.getString(2), row.getInt(3)));
                }
                return notes;
            }
        }
    }

    /** Writes a note. The policy refuses one in another's name. */
    public void write(String therapist, String inTheNameOf, String body) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO therapist_note (therapist, body) VALUES (?, ?)")) {
            use(connection, therapist);
            insert.setString(1, inTheNameOf);
            insert.setString(2, body);
            insert.executeUpdate();
        }
    }

    private static void use(Connection connection, String therapist) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SET_THERAPIST)) {
            statement.setString(1, therapist);
            statement.execute();
        }
    }
}
