package com.terafy.ra.handles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import com.terafy.testkit.TestPostgres;
import java.lang.management.ManagementFactory;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.BaseStatement;
import org.postgresql.jdbc.PgResultSet;

/** The handles over the real driver and a real PostgreSQL. */
class DriverHandlesTest {

    private final List<SQLException> failures = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private BaseConnection physical;

    @SuppressWarnings("NullAway.Init")
    private ConnectionHandle connection;

    @BeforeEach
    void open() throws SQLException {
        physical = TestPostgres.shared().superuser().unwrap(BaseConnection.class);
        Recorder owner = Recorder.of(HandleOwner.class).answering("physical", physical);
        connection = new ConnectionHandle(Fixture.ownerOf(owner, failures));
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
        physical.close();
    }

    @Test
    void theDriversConnectionIsReachedByCastAndByUnwrap() throws SQLException {
        assertThat(((PGConnection) (Connection) connection).getBackendPID()).isEqualTo(physical.getBackendPID());
        assertThat(connection.unwrap(PGConnection.class)).isSameAs(connection);
        assertThat(connection.unwrap(BaseConnection.class)).isSameAs(physical);
        assertThat(connection.isWrapperFor(BaseConnection.class)).isTrue();
        assertThat(connection.isWrapperFor(String.class)).isFalse();
    }

    @Test
    void closeOnCompletionClosesTheStatementWithItsResultSet() throws SQLException {
        Statement statement = connection.createStatement();
        statement.closeOnCompletion();

        statement.executeQuery("SELECT 1").close();

        assertThat(statement.isClosed()).isTrue();
        assertThat(connection.newestChild()).isNull();
    }

    @Test
    void closingTheHandleClosesTheDriversStatementsAndResultSets() throws SQLException {
        PreparedStatement statement = connection.prepareStatement("SELECT 1");
        ResultSet resultSet = statement.executeQuery();
        Statement drivers = statement.unwrap(BaseStatement.class);
        ResultSet driversResultSet = resultSet.unwrap(PgResultSet.class);

        connection.close();

        assertThat(drivers.isClosed()).isTrue();
        assertThat(driversResultSet.isClosed()).isTrue();
        assertThat(physical.isClosed()).isFalse();
    }

    @Test
    void aCursorReadFromAResultSetIsAHandleThatDoesNotLeadToTheDriver() throws SQLException {
        physical.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE FUNCTION pg_temp.numbers() RETURNS refcursor LANGUAGE plpgsql AS "
                    + "$$ DECLARE c refcursor; BEGIN OPEN c FOR SELECT generate_series(1, 3); RETURN c; END $$");
            ResultSet outer = statement.executeQuery("SELECT pg_temp.numbers()");
            outer.next();

            ResultSet cursor = (ResultSet) outer.getObject(1);

            assertThat(cursor).isInstanceOf(ResultSetHandle.class);
            assertThat(cursor.next()).isTrue();
            assertThat(cursor.getStatement().getConnection()).isSameAs(connection);
            connection.close();
            assertThat(cursor.isClosed()).isTrue();
        }
    }

    @Test
    void aCursorFromACallableStatementIsAHandle() throws SQLException {
        physical.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE FUNCTION pg_temp.numbers() RETURNS refcursor LANGUAGE plpgsql AS "
                    + "$$ DECLARE c refcursor; BEGIN OPEN c FOR SELECT generate_series(1, 3); RETURN c; END $$");
        }
        try (CallableStatement call = connection.prepareCall("{? = call pg_temp.numbers()}")) {
            call.registerOutParameter(1, Types.REF_CURSOR);
            call.execute();

            assertThat(call.getObject(1)).isInstanceOf(ResultSetHandle.class);
        }
    }

    @Test
    void aResultSetOfTheMetaDataWorksAndLeadsBackToTheHandle() throws SQLException {
        try (ResultSet schemas = connection.getMetaData().getSchemas();
                ResultSet types = connection.getMetaData().getTypeInfo()) {
            assertThat(schemas.next()).isTrue();
            assertThat(schemas.getStatement().getConnection()).isSameAs(connection);
            assertThat(types.next()).isTrue();
            assertThat(types.getStatement().getConnection()).isSameAs(connection);
        }
        assertThat(connection.newestChild()).isNull();
    }

    @Test
    void anErrorOfTheServerIsReportedOnce() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.executeQuery("SELECT 1/0")).isSameAs(failures.get(0));
            assertThat(failures).extracting(SQLException::getSQLState).containsExactly("22012");
        }
    }

    @Test
    void closingTheHandleOfABackendThatHasEndedIsQuiet() throws SQLException {
        Statement statement = connection.createStatement();
        TestPostgres.shared().terminate(physical.getBackendPID());
        assertThatThrownBy(() -> statement.execute("SELECT 1")).isInstanceOf(SQLException.class);
        assertThat(failures).hasSize(1);

        assertThat(connection.invalidate()).isTrue();

        assertThat(failures).hasSize(1);
    }

    @Test
    void readingThroughAHandleAllocatesNothingOverTheDriver() throws SQLException {
        String sql = "SELECT i, i, i FROM generate_series(1, 2000) AS i";
        try (Statement handle = connection.createStatement();
                Statement driver = physical.createStatement()) {
            ResultSet throughHandle = handle.executeQuery(sql);
            ResultSet bare = driver.executeQuery(sql);
            throughHandle.next();
            bare.next();
            read(throughHandle, 10);
            read(bare, 10);

            long bareBytes = leastAllocatedBy(() -> read(bare, 100));
            long handleBytes = leastAllocatedBy(() -> read(throughHandle, 100));
            assertThat(handleBytes - bareBytes)
                    .as("bytes of 400 calls; one object a call would be 6,400")
                    .isLessThan(400);
        }
    }

    private static void read(ResultSet resultSet, int rows) throws SQLException {
        for (int row = 0; row < rows; row++) {
            resultSet.next();
            for (int column = 1; column <= 3; column++) {
                resultSet.getInt(column);
            }
        }
    }

    @Test
    void gettingAndClosingAConnectionAllocatesOnlyTheHandle() throws SQLException {
        HandleOwner owner = new QuietOwner(physical);
        getAndClose(owner, 10);

        assertThat(leastAllocatedBy(() -> getAndClose(owner, 1000)) / 1000).isLessThanOrEqualTo(48);
    }

    private static void getAndClose(HandleOwner owner, int times) {
        for (int i = 0; i < times; i++) {
            new ConnectionHandle(owner).close();
        }
    }

    private interface Work {
        void run() throws SQLException;
    }

    /** Of several runs, so that what happens once, such as linking a class, does not count. */
    private static long leastAllocatedBy(Work work) throws SQLException {
        long least = Long.MAX_VALUE;
        for (int run = 0; run < 10; run++) {
            least = Math.min(least, allocatedBy(work));
        }
        return least;
    }

    private static long allocatedBy(Work work) throws SQLException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        work.run();
        return threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    }
}
