package com.terafy.ra.handles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.ra.handles.Fixture.Kind;
import java.sql.CallableStatement;
import java.sql.ClientInfoStatus;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGConnection;
import org.postgresql.PGStatement;
import org.postgresql.core.BaseConnection;
import org.postgresql.jdbc.AutoSave;

class HandleTest {

    private final Fixture fixture = new Fixture();
    private final ConnectionHandle connection = fixture.connection;

    @Test
    void closingTellsTheOwnerOnceAfterTheStatementsAreClosed() throws SQLException {
        Recorder statement = fixture.driverOf(connection.createStatement());
        List<String> order = new ArrayList<>();
        statement.onCall("close", () -> order.add("statement"));
        fixture.owner.onCall("closed", () -> order.add("owner"));

        connection.close();
        connection.close();

        assertThat(order).containsExactly("statement", "owner");
        assertThat(fixture.owner.calls()).contains(new Recorder.Call("closed", List.of(connection)));
        assertThat(connection.isClosed()).isTrue();
        assertThat(connection.isValid(1)).isFalse();
    }

    @Test
    void closingTellsTheOwnerEvenIfAStatementCannotBeClosed() throws SQLException {
        SQLException error = new SQLException("broken", "08006");
        fixture.driverOf(connection.createStatement()).failWith(error);
        fixture.driverOf(connection.createStatement()).failWith(new IllegalArgumentException("a bug"));

        connection.close();

        assertThat(fixture.failures).containsExactly(error);
        assertThat(fixture.owner.names()).containsOnlyOnce("closed");
    }

    @Test
    void aHandleThatWasTakenBackIsClosedWithoutTellingTheOwner() throws SQLException {
        Statement statement = connection.createStatement();
        Recorder driver = fixture.driverOf(statement);
        driver.failWith(new SQLException("broken", "08006"));

        assertThat(connection.invalidate()).isTrue();
        connection.close();

        assertThat(driver.names()).containsExactly("close");
        assertThat(statement.isClosed()).isTrue();
        assertThat(fixture.owner.names()).doesNotContain("closed");
        assertThat(fixture.failures).isEmpty();
    }

    @Test
    void takingBackLeavesAStatementAloneThatAnotherThreadIsExecuting() throws SQLException {
        Statement statement = connection.createStatement();
        Recorder driver = fixture.driverOf(statement);
        List<Boolean> allClosed = new ArrayList<>();
        driver.onCall("execute", () -> allClosed.add(connection.invalidate()));

        statement.execute("SELECT pg_sleep(60)");

        assertThat(allClosed).containsExactly(false);
        assertThat(driver.names()).containsExactly("execute");
        assertThat(statement.isClosed()).isTrue();
    }

    @Test
    void aStatementThatHasFinishedIsClosedWhenTheConnectionIsTakenBack() throws SQLException {
        PreparedStatement statement = connection.prepareStatement("SELECT 1");
        Recorder driver = fixture.driverOf(statement);
        statement.executeQuery();
        driver.failWith(new SQLException("bad", "42601"));
        assertThatThrownBy(statement::execute).isInstanceOf(SQLException.class);

        assertThat(connection.invalidate()).isTrue();

        assertThat(driver.names()).containsExactly("executeQuery", "execute", "close");
    }

    @Test
    void abortGoesToTheOwnerAndClosesTheHandleWithoutTouchingItsStatements() throws SQLException {
        Statement statement = connection.createStatement();
        Recorder driver = fixture.driverOf(statement);

        connection.abort(Runnable::run);
        connection.abort(Runnable::run);
        connection.close();

        assertThat(fixture.owner.names()).containsOnlyOnce("abort").doesNotContain("closed");
        assertThat(driver.calls()).isEmpty();
        assertThat(connection.isClosed()).isTrue();
        assertThat(statement.isClosed()).isTrue();
    }

    /** JDBC: an SQLException, if the executor is null. */
    @Test
    void anAbortWithoutAnExecutorFailsAndLeavesTheHandleOpen() throws SQLException {
        assertThatThrownBy(() -> connection.abort(null))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22023"))
                .hasMessageStartingWith("TERAFY0704");

        assertThat(connection.isClosed()).isFalse();
        connection.close();
        connection.abort(null);
    }

    /** They declare no exception, and callers that look at a statement afterwards expect none. */
    @Test
    void aClosedStatementIsAskedForItsServerSideStateWithoutAnError() throws SQLException {
        PGStatement statement = (PGStatement) connection.prepareStatement("SELECT 1");
        ((Statement) statement).close();

        assertThat(statement.isUseServerPrepare()).isFalse();
        assertThat(statement.getPrepareThreshold()).isZero();
        assertThat(statement.getAdaptiveFetch()).isFalse();
    }

    @Test
    void anAbortThatFailsLeavesTheHandleOpen() throws SQLException {
        fixture.owner.failWith(new SQLException("no executor"));

        assertThatThrownBy(() -> connection.abort(Runnable::run)).hasMessage("no executor");

        assertThat(connection.isClosed()).isFalse();
    }

    @Test
    void associationMovesTheHandleAndClosesTheFormerConnectionsStatements() throws SQLException {
        Statement statement = connection.createStatement();
        DatabaseMetaData metaData = connection.getMetaData();
        Recorder driverStatement = fixture.driverOf(statement);
        Fixture other = new Fixture();

        connection.associate(other.owner());
        connection.createStatement();
        connection.commit();
        connection.close();

        assertThat(driverStatement.names()).containsExactly("close");
        assertThatExceptionOfType(SQLException.class).isThrownBy(metaData::getURL);
        assertThat(other.driver.names()).containsExactly("createStatement");
        assertThat(other.owner.names()).contains("commit", "closed");
        assertThat(fixture.owner.names()).doesNotContain("commit", "closed");
    }

    @Test
    void associationWithTheSamePhysicalConnectionKeepsTheStatements() throws SQLException {
        Statement statement = connection.createStatement();

        connection.associate(fixture.owner());

        assertThat(statement.isClosed()).isFalse();
    }

    @Test
    void aClosedHandleCannotBeAssociated() {
        connection.close();

        assertThatIllegalStateException()
                .isThrownBy(() -> connection.associate(fixture.owner()))
                .withMessageStartingWith("TERAFY0701: ");
        assertThat(connection.isOpen()).isFalse();
    }

    @Test
    void everythingLeadsBackToTheSameHandle() throws SQLException {
        PreparedStatement statement = connection.prepareStatement("SELECT 1");
        ResultSet resultSet = statement.executeQuery();

        assertThat(statement.getConnection()).isSameAs(connection);
        assertThat(resultSet.getStatement()).isSameAs(statement);
        assertThat(connection.getMetaData().getConnection()).isSameAs(connection);
        assertThat(connection.getMetaData()).isSameAs(connection.getMetaData());
    }

    @Test
    void theSameResultSetIsTheSameHandle() throws SQLException {
        Statement statement = connection.createStatement();
        fixture.driverOf(statement).answering("getResultSet", Samples.of(ResultSet.class));

        assertThat(statement.getResultSet()).isSameAs(statement.getResultSet());
    }

    @Test
    void noResultSetIsNull() throws SQLException {
        Statement statement = connection.createStatement();
        fixture.driverOf(statement).answering("getResultSet", null);

        assertThat(statement.getResultSet()).isNull();
    }

    @Test
    void aResultSetOfTheMetaDataHidesItsStatementBehindAHandleThatIsClosedWithIt() throws SQLException {
        ResultSet tables = connection.getMetaData().getTableTypes();
        Statement hidden = tables.getStatement();
        Recorder driver = fixture.driverOf(hidden);

        assertThat(hidden).isInstanceOf(StatementHandle.class);
        assertThat(hidden.getConnection()).isSameAs(connection);
        tables.close();

        assertThat(hidden.isClosed()).isTrue();
        assertThat(driver.names()).containsExactly("close");
        assertThat(connection.newestChild()).isNull();
    }

    @Test
    void aResultSetOfTheMetaDataIsClosedWithTheConnection() throws SQLException {
        ResultSet tables = connection.getMetaData().getTableTypes();
        Recorder driver = fixture.driverOf(tables.getStatement());

        connection.close();

        assertThat(tables.isClosed()).isTrue();
        assertThat(driver.names()).containsExactly("close");
    }

    @Test
    void closingAStatementClosesItsResultSetsAndForgetsIt() throws SQLException {
        Statement statement = connection.createStatement();
        ResultSet resultSet = statement.executeQuery("SELECT 1");

        statement.close();
        statement.close();

        assertThat(resultSet.isClosed()).isTrue();
        assertThat(connection.newestChild()).isNull();
    }

    @Test
    void executingAgainClosesTheFormerResultSet() throws SQLException {
        PreparedStatement statement = connection.prepareStatement("SELECT 1");
        ResultSet former = statement.executeQuery();

        ResultSet current = statement.executeQuery();

        assertThat(former.isClosed()).isTrue();
        assertThat(current.isClosed()).isFalse();
    }

    @Test
    void closeOnCompletionIsFollowed() throws SQLException {
        Statement statement = connection.createStatement();
        Recorder driver = fixture.driverOf(statement);
        statement.closeOnCompletion();
        ResultSet resultSet = statement.executeQuery("SELECT 1");
        driver.answering("isClosed", true);

        resultSet.close();

        assertThat(driver.names()).contains("closeOnCompletion");
        assertThat(statement.isClosed()).isTrue();
        assertThat(connection.newestChild()).isNull();
        assertThatThrownBy(statement::getMaxRows).hasMessageStartingWith("TERAFY0702: ");
    }

    @Test
    void closingAResultSetLeavesItsStatementOpen() throws SQLException {
        Statement statement = connection.createStatement();

        statement.executeQuery("SELECT 1").close();

        assertThat(statement.isClosed()).isFalse();
        assertThat(fixture.driverOf(statement).names()).containsExactly("executeQuery");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void unwrapGivesTheHandleForItsOwnTypesAndTheDriversObjectForOthers(Kind kind) throws SQLException {
        java.sql.Wrapper handle = (java.sql.Wrapper) fixture.open(kind);
        Recorder driver = fixture.driverOf(handle);
        driver.answering("unwrap", "the driver's").answering("isWrapperFor", true);
        driver.clear();
        fixture.owner.clear();

        assertThat(kind.interfaces()).allSatisfy(type -> {
            assertThat(Objects.equals(handle.unwrap(type), handle)).isTrue();
            assertThat(handle.isWrapperFor(type)).isTrue();
        });
        assertThat(driver.calls()).isEmpty();
        assertThat(fixture.owner.calls()).isEmpty();

        assertThat(handle.isWrapperFor(String.class)).isTrue();
        assertThat(fixture.owner.calls()).isEmpty();
        assertThat(handle.unwrap(String.class)).isEqualTo("the driver's");
        assertThat(fixture.owner.names()).containsExactly("touched");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void anUnwrapThatFailsIsReported(Kind kind) throws SQLException {
        java.sql.Wrapper handle = (java.sql.Wrapper) fixture.open(kind);
        SQLException error = new SQLException("Cannot unwrap");
        fixture.driverOf(handle).failWith(error);

        assertThatThrownBy(() -> handle.unwrap(String.class)).isSameAs(error);
        assertThatThrownBy(() -> handle.isWrapperFor(String.class)).isSameAs(error);
        assertThat(fixture.failures).containsExactly(error, error);
    }

    @Test
    void theHandlesCanBeCastToTheDriversInterfaces() throws SQLException {
        assertThat(connection).isInstanceOf(PGConnection.class);
        assertThat(connection.createStatement()).isInstanceOf(PGStatement.class);
        assertThat(connection.prepareCall("CALL p()")).isInstanceOf(PGStatement.class);
    }

    @Test
    void theOwnerHearsOfEveryTextBeforeItIsExecuted() throws SQLException {
        Statement statement = connection.createStatement();
        statement.executeQuery("a");
        statement.executeUpdate("b", Statement.RETURN_GENERATED_KEYS);
        statement.executeLargeUpdate("c", new String[0]);
        statement.addBatch("d");
        statement.executeBatch();

        assertThat(texts()).containsExactly("a", "b", "c", "d");
    }

    @Test
    void theOwnerHearsOfAPreparedTextAtPreparingAndAtEachExecutionWithTheSameReference() throws SQLException {
        String text = new String("SELECT 1");
        PreparedStatement statement = connection.prepareStatement(text);
        statement.execute();
        statement.addBatch();
        statement.executeLargeBatch();
        CallableStatement call = connection.prepareCall(text);
        call.executeUpdate();

        assertThat(texts()).hasSize(5).allSatisfy(heard -> assertThat(heard).isSameAs(text));
    }

    private List<Object> texts() {
        return fixture.owner.calls().stream()
                .filter(call -> call.method().equals("executing"))
                .map(call -> call.arguments().get(0))
                .toList();
    }

    @Test
    void theOwnerHearsOfSettingsThatOnlyTheDriverKnows() throws SQLException {
        connection.setAutosave(AutoSave.ALWAYS);
        connection.setPrepareThreshold(1);
        connection.setDefaultFetchSize(1);
        connection.setAdaptiveFetch(true);
        connection.getCopyAPI();
        connection.getReplicationAPI();

        assertThat(fixture.owner.names().stream().filter("touched"::equals)).hasSize(6);
        connection.getBackendPID();
        connection.createStatement().setQueryTimeout(1);
        assertThat(fixture.owner.names().stream().filter("touched"::equals)).hasSize(6);
    }

    @Test
    void clientInfoOnAClosedHandleNamesTheProperties() {
        connection.close();
        Properties properties = new Properties();
        properties.setProperty("ApplicationName", "x");

        assertThatExceptionOfType(SQLClientInfoException.class)
                .isThrownBy(() -> connection.setClientInfo(properties))
                .satisfies(error -> {
                    assertThat(error.getSQLState()).isEqualTo("08003");
                    assertThat(error.getFailedProperties())
                            .containsEntry("ApplicationName", ClientInfoStatus.REASON_UNKNOWN);
                });
    }

    @Test
    void aHandleIsClosedWhenTheDriversConnectionIs() throws SQLException {
        fixture.driver.answering("isClosed", true);

        assertThat(connection.isClosed()).isTrue();
    }

    @Test
    void errorsOfStatementsThatOutliveTheHandleAreNotReported() throws SQLException {
        Statement statement = connection.createStatement();
        SQLException error = new SQLException("ended", "57P01");
        Recorder driver = fixture.driverOf(statement);
        driver.onCall("execute", () -> {
            connection.invalidate();
            driver.failWith(error);
        });

        assertThatThrownBy(() -> statement.execute("SELECT 1")).isSameAs(error);

        assertThat(fixture.failures).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void toStringTellsKindAndStateAndNoSql(Kind kind) throws SQLException {
        Object handle = fixture.open(kind);

        assertThat(handle.toString()).matches("[A-Za-z]+Handle@[0-9a-f]+\\[open]");
        connection.close();
        assertThat(handle.toString()).matches("[A-Za-z]+Handle@[0-9a-f]+\\[closed]");
    }

    @Test
    void gettingAndClosingAConnectionAsksTheDriverNothing() {
        Recorder driver = Recorder.of(BaseConnection.class);
        Recorder owner = Recorder.of(HandleOwner.class).answering("physical", driver.as(BaseConnection.class));

        try (Connection handle = new ConnectionHandle(Fixture.ownerOf(owner, new ArrayList<>()))) {
            assertThat(handle).isNotNull();
        } catch (SQLException impossible) {
            throw new AssertionError(impossible);
        }

        assertThat(driver.calls()).isEmpty();
        assertThat(owner.names()).containsExactly("physical", "closed");
    }
}
