package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an application's own SQL raises and its own streams throw costs it no session. */
class ApplicationErrorsTest {

    private PoolFixture fixture;
    private Connection connection;
    private String backend;

    @BeforeEach
    void borrow() throws Exception {
        fixture = PoolFixture.shared();
        connection = fixture.dataSource.getConnection();
        backend = backend();
        PoolFixture.execute(connection, "CREATE TEMP TABLE note (id int, text text, bytes bytea)");
    }

    @AfterEach
    void stillTheSameBackend() throws Exception {
        assertThat(backend()).isEqualTo(backend);
        assertThat(fixture.statistics().evicted().values()).allMatch(count -> count == 0);
        connection.close();
        fixture.close();
    }

    private String backend() throws SQLException {
        return PoolFixture.query(connection, "SELECT pg_backend_pid()");
    }

    private static String raise(String state) {
        return "DO $$ BEGIN RAISE EXCEPTION USING errcode = '" + state + "', message = 'x'; END $$";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "08000", "08001", "08003", "08004", "08006", "08007", "08P01", "57P01", "57P02", "57P03", "57P04",
                "57P05", "25P03", "25P04", "53300", "58000", "58030", "58P01", "XX000", "XX001", "XX002", "28P01"
            })
    void aStateThatTheApplicationRaisesItselfEndsNothing(String state) throws Exception {
        connection.setAutoCommit(false);
        Savepoint before = connection.setSavepoint();
        assertThatThrownBy(() -> PoolFixture.execute(connection, raise(state)))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(state));
        connection.rollback(before);
        PoolFixture.execute(connection, "INSERT INTO note VALUES (1)");
        connection.commit();
        connection.setAutoCommit(true);

        assertThat(PoolFixture.query(connection, "SELECT count(*) FROM note")).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"08006", "57P01"})
    void norWhereItIsRaisedInABatch(String state) throws Exception {
        try (Statement statement = connection.createStatement()) {
            statement.addBatch("INSERT INTO note VALUES (1)");
            statement.addBatch(raise(state));

            assertThatThrownBy(statement::executeBatch).isInstanceOf(BatchUpdateException.class);
        }
    }

    @Test
    void aStreamThatIsShorterThanItsLengthEndsNothing() throws Exception {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO note (bytes) VALUES (?)")) {
            insert.setBinaryStream(1, new ByteArrayInputStream(new byte[5]), 10);

            assertThatThrownBy(insert::execute)
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22023"));
        }
    }

    @Test
    void aStreamThatThrowsEndsNothing() throws Exception {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO note (bytes) VALUES (?)")) {
            insert.setBinaryStream(1, new FailingStream(), 100_000);

            assertThatThrownBy(insert::execute)
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22023"));
        }
    }

    @Test
    void aReaderThatThrowsEndsNothing() throws Exception {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO note (text) VALUES (?)")) {
            assertThatThrownBy(() -> {
                        insert.setCharacterStream(1, new FailingReader(), 10);
                        insert.execute();
                    })
                    .isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> {
                        insert.setCharacterStream(1, new FailingReader());
                        insert.execute();
                    })
                    .isInstanceOf(SQLException.class);
        }
    }

    @Test
    void aStreamForALargeObjectThatThrowsEndsNothing() throws Exception {
        connection.setAutoCommit(false);
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO note (id) VALUES (?)")) {
            assertThatThrownBy(() -> insert.setBlob(1, new FailingStream(), 100))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("99999"));
        }
        connection.rollback();
        connection.setAutoCommit(true);
    }

    private static final class FailingStream extends InputStream {
        private int left = 5;

        @Override
        public int read() throws IOException {
            if (left-- <= 0) {
                throw new IOException("the application's own");
            }
            return 1;
        }
    }

    private static final class FailingReader extends Reader {
        @Override
        public int read(char[] characters, int offset, int length) throws IOException {
            throw new IOException("the application's own");
        }

        @Override
        public void close() {}
    }
}
