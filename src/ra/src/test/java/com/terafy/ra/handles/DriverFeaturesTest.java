package com.terafy.ra.handles;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.testkit.TestPostgres;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.BatchUpdateException;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.PGStatement;
import org.postgresql.core.BaseConnection;
import org.postgresql.largeobject.LargeObject;
import org.postgresql.largeobject.LargeObjectManager;

/** What PostgreSQL and its driver offer beyond plain statements, through a handle and through what unwrap gives. */
class DriverFeaturesTest {

    private final List<SQLException> failures = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private BaseConnection physical;

    @SuppressWarnings("NullAway.Init")
    private ConnectionHandle handle;

    /** How an application gets at the connection. */
    private enum Way {
        HANDLE {
            @Override
            Connection of(ConnectionHandle handle) {
                return handle;
            }
        },
        UNWRAPPED {
            @Override
            Connection of(ConnectionHandle handle) throws SQLException {
                return handle.unwrap(BaseConnection.class);
            }
        };

        abstract Connection of(ConnectionHandle handle) throws SQLException;

        PGConnection driver(ConnectionHandle handle) throws SQLException {
            return (PGConnection) of(handle);
        }
    }

    @BeforeEach
    void open() throws SQLException {
        physical = TestPostgres.shared().superuser().unwrap(BaseConnection.class);
        Recorder owner = Recorder.of(HandleOwner.class).answering("physical", physical);
        handle = new ConnectionHandle(Fixture.ownerOf(owner, failures));
        try (Statement statement = physical.createStatement()) {
            statement.execute("CREATE TEMP TABLE note (id int GENERATED ALWAYS AS IDENTITY, text text NOT NULL)");
        }
    }

    @AfterEach
    void close() throws SQLException {
        handle.close();
        physical.close();
        assertThat(failures).isEmpty();
    }

    private static List<String> column(Connection connection, String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    @ParameterizedTest
    @EnumSource
    void largeObjects(Way way) throws SQLException {
        physical.setAutoCommit(false);
        LargeObjectManager objects = way.driver(handle).getLargeObjectAPI();
        byte[] content = "a scan".getBytes(StandardCharsets.UTF_8);

        long id = objects.createLO();
        try (LargeObject object = objects.open(id, LargeObjectManager.WRITE)) {
            object.write(content);
        }
        try (LargeObject object = objects.open(id, LargeObjectManager.READ)) {
            assertThat(object.read(100)).isEqualTo(content);
        }
        objects.delete(id);
        physical.rollback();
    }

    @ParameterizedTest
    @EnumSource
    void copyInAndOut(Way way) throws Exception {
        var copy = way.driver(handle).getCopyAPI();
        StringWriter out = new StringWriter();

        assertThat(copy.copyIn("COPY note (text) FROM STDIN", new StringReader("one\ntwo\n")))
                .isEqualTo(2);
        assertThat(copy.copyOut("COPY note (text) TO STDOUT", out)).isEqualTo(2);

        assertThat(out).hasToString("one\ntwo\n");
    }

    @ParameterizedTest
    @EnumSource
    void listenAndNotify(Way way) throws SQLException {
        try (Statement statement = way.of(handle).createStatement()) {
            statement.execute("LISTEN conformance");
        }
        TestPostgres.shared().execute("NOTIFY conformance, 'news'");

        PGNotification[] heard = way.driver(handle).getNotifications(20_000);

        assertThat(heard).hasSize(1);
        assertThat(heard[0].getName()).isEqualTo("conformance");
        assertThat(heard[0].getParameter()).isEqualTo("news");
    }

    @ParameterizedTest
    @EnumSource
    void arrays(Way way) throws SQLException {
        Connection connection = way.of(handle);
        Array given = connection.createArrayOf("int4", new Integer[] {3, 1, 2});
        try (PreparedStatement statement = connection.prepareStatement("SELECT ?::int[], ?::text[]")) {
            statement.setArray(1, given);
            statement.setObject(2, new String[] {"a", "b"});
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                Array read = row.getArray(1);
                assertThat((Integer[]) read.getArray()).containsExactly(3, 1, 2);
                assertThat((String[]) row.getArray(2).getArray()).containsExactly("a", "b");
                try (ResultSet elements = read.getResultSet()) {
                    assertThat(elements.next()).isTrue();
                    assertThat(elements.getInt(2)).isEqualTo(3);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void refcursors(Way way) throws SQLException {
        physical.setAutoCommit(false);
        Connection connection = way.of(handle);
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE FUNCTION pg_temp.numbers() RETURNS refcursor LANGUAGE plpgsql AS "
                    + "$$ DECLARE c refcursor; BEGIN OPEN c FOR SELECT generate_series(1, 3); RETURN c; END $$");
        }
        try (CallableStatement call = connection.prepareCall("{? = call pg_temp.numbers()}")) {
            call.registerOutParameter(1, Types.REF_CURSOR);
            call.execute();
            try (ResultSet cursor = call.getObject(1, ResultSet.class)) {
                List<Integer> numbers = new ArrayList<>();
                while (cursor.next()) {
                    numbers.add(cursor.getInt(1));
                }
                assertThat(numbers).containsExactly(1, 2, 3);
            }
        }
        physical.rollback();
    }

    @ParameterizedTest
    @EnumSource
    void generatedKeys(Way way) throws SQLException {
        Connection connection = way.of(handle);
        String insert = "INSERT INTO note (text) VALUES (?)";
        try (PreparedStatement byFlag = connection.prepareStatement(insert, Statement.RETURN_GENERATED_KEYS);
                PreparedStatement byName = connection.prepareStatement(insert, new String[] {"id"});
                Statement plain = connection.createStatement()) {
            byFlag.setString(1, "first");
            byFlag.executeUpdate();
            assertThat(key(byFlag)).isEqualTo(1);
            byName.setString(1, "second");
            byName.executeUpdate();
            assertThat(key(byName)).isEqualTo(2);
            plain.executeUpdate("INSERT INTO note (text) VALUES ('third')", new String[] {"id"});
            assertThat(key(plain)).isEqualTo(3);
        }
    }

    private static int key(Statement statement) throws SQLException {
        try (ResultSet keys = statement.getGeneratedKeys()) {
            keys.next();
            return keys.getInt("id");
        }
    }

    @ParameterizedTest
    @EnumSource
    void batches(Way way) throws SQLException {
        Connection connection = way.of(handle);
        try (PreparedStatement prepared = connection.prepareStatement("INSERT INTO note (text) VALUES (?)");
                Statement plain = connection.createStatement()) {
            for (String text : List.of("a", "b", "c")) {
                prepared.setString(1, text);
                prepared.addBatch();
            }
            assertThat(prepared.executeBatch()).containsExactly(1, 1, 1);
            plain.addBatch("UPDATE note SET text = text || '!'");
            plain.addBatch("DELETE FROM note WHERE text = 'a!'");
            assertThat(plain.executeLargeBatch()).containsExactly(3, 1);
        }
        assertThat(column(connection, "SELECT text FROM note ORDER BY id")).containsExactly("b!", "c!");
    }

    @ParameterizedTest
    @EnumSource
    void aBatchThatFailsSaysWhichAndIsReported(Way way) throws SQLException {
        try (Statement statement = way.of(handle).createStatement()) {
            statement.addBatch("INSERT INTO note (text) VALUES ('kept')");
            statement.addBatch("INSERT INTO note (text) VALUES (NULL)");

            Assertions.assertThatThrownBy(statement::executeBatch)
                    .isInstanceOfSatisfying(BatchUpdateException.class, e -> {
                        assertThat(e.getSQLState()).isEqualTo("23502");
                        assertThat(e.getUpdateCounts()).contains(Statement.EXECUTE_FAILED);
                    });
        }
        assertThat(failures).as("an unwrapped statement is the driver's").hasSize(way == Way.HANDLE ? 1 : 0);
        failures.clear();
    }

    @ParameterizedTest
    @EnumSource
    void scrollableAndUpdatableResults(Way way) throws SQLException {
        Connection connection = way.of(handle);
        try (Statement insert = connection.createStatement()) {
            insert.execute("INSERT INTO note (text) VALUES ('a'), ('b'), ('c')");
            insert.execute("ALTER TABLE note ADD PRIMARY KEY (id)");
        }
        try (Statement statement =
                        connection.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE);
                ResultSet rows = statement.executeQuery("SELECT id, text FROM note ORDER BY id")) {
            assertThat(rows.last()).isTrue();
            assertThat(rows.getRow()).isEqualTo(3);
            assertThat(rows.previous()).isTrue();
            assertThat(rows.getString("text")).isEqualTo("b");
            assertThat(rows.absolute(1)).isTrue();
            rows.updateString("text", "changed");
            rows.updateRow();
            rows.relative(2);
            rows.deleteRow();
        }
        assertThat(column(connection, "SELECT text FROM note ORDER BY id")).containsExactly("changed", "b");
    }

    @ParameterizedTest
    @EnumSource
    void theDriversWishesForAStatementAreKept(Way way) throws SQLException {
        try (PreparedStatement statement = way.of(handle).prepareStatement("SELECT 1")) {
            PGStatement drivers = (PGStatement) statement;
            drivers.setPrepareThreshold(1);
            statement.executeQuery().close();
            statement.executeQuery().close();

            assertThat(statement.unwrap(PGStatement.class).isUseServerPrepare()).isTrue();
            assertThat(column(way.of(handle), "SELECT statement FROM pg_prepared_statements"))
                    .contains("SELECT 1");
        }
    }
}
