package com.terafy.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.annotation.Resource;
import jakarta.ejb.EJB;
import jakarta.ejb.EJBException;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.naming.InitialContext;
import javax.sql.DataSource;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Runs in the server: an application that takes part in transactions by {@code java:/TerafyDS}. */
@ExtendWith(ArquillianExtension.class)
class TransactionsIT {

    @EJB
    private Notes notes;

    @Resource
    private UserTransaction transaction;

    @Resource(lookup = "java:/TerafyDS")
    private DataSource injected;

    @Deployment(name = "ear", order = 1, testable = false)
    static EnterpriseArchive ear() {
        return Archives.ear();
    }

    @Deployment(order = 2)
    static WebArchive application() {
        return Archives.inServer("transactions.war", Notes.class, Note.class, RefusedException.class)
                .addAsResource("persistence.xml", "META-INF/persistence.xml");
    }

    @BeforeEach
    void clear() throws SQLException {
        notes.clear();
    }

    @Test
    @SuppressWarnings("BanJNDI") // a constant name of the server's own directory
    void resourceAndLookupGiveTheSameDatabase() throws Exception {
        DataSource lookedUp = InitialContext.doLookup("java:/TerafyDS");
        for (DataSource database : new DataSource[] {injected, lookedUp}) {
            try (Connection connection = database.getConnection()) {
                assertThat(connection.getCatalog()).isEqualTo("terafy_db");
                assertThat(connection.getMetaData().getUserName()).isEqualTo("terafy_app");
            }
        }
    }

    @Test
    void applicationSeesNoClassOfTerafy() {
        assertThatThrownBy(() -> Class.forName("com.terafy.api.TerafyDataSource"))
                .isInstanceOf(ClassNotFoundException.class);
        assertThatThrownBy(() -> Class.forName("org.postgresql.Driver")).isInstanceOf(ClassNotFoundException.class);
    }

    @Test
    void methodOfEjbCommits() throws SQLException {
        notes.write(1);
        assertThat(notes.count()).isEqualTo(1);
    }

    @Test
    void setRollbackOnlyRollsBack() throws SQLException {
        notes.writeAndSetRollbackOnly(1);
        assertThat(notes.count()).isZero();
    }

    @Test
    void systemExceptionRollsBack() throws SQLException {
        assertThatThrownBy(() -> notes.writeAndBreak(1)).isInstanceOf(EJBException.class);
        assertThat(notes.count()).isZero();
    }

    @Test
    void applicationExceptionRollsBack() throws SQLException {
        assertThatThrownBy(() -> notes.writeAndRefuse(1)).isInstanceOf(RefusedException.class);
        assertThat(notes.count()).isZero();
    }

    @Test
    void persistCommits() throws SQLException {
        notes.persist(1);
        assertThat(notes.count()).isEqualTo(1);
    }

    @Test
    void persistRollsBack() throws SQLException {
        notes.persistAndSetRollbackOnly(1);
        assertThat(notes.count()).isZero();
    }

    @Test
    void jpaAndJdbcShareTheTransaction() throws SQLException {
        assertThat(notes.persistAndCountByJdbc(1)).isEqualTo(1);
    }

    @Test
    void twoHandlesInOneTransactionHaveOneBackend() throws SQLException {
        assertThat(notes.twoHandlesHaveOneBackend()).isTrue();
    }

    @Test
    void userTransactionCommits() throws Exception {
        transaction.begin();
        notes.write(1);
        notes.write(2);
        transaction.commit();
        assertThat(notes.count()).isEqualTo(2);
    }

    @Test
    void userTransactionRollsBack() throws Exception {
        transaction.begin();
        notes.write(1);
        notes.persist(2);
        transaction.rollback();
        assertThat(notes.count()).isZero();
    }

    @Test
    void constraintViolationRollsBackAndThePoolGoesOn() throws Exception {
        transaction.begin();
        notes.write(1);
        assertThatThrownBy(() -> notes.write(1)).isInstanceOf(SQLException.class);
        transaction.rollback();
        notes.write(1);
        assertThat(notes.count()).isEqualTo(1);
    }

    @Test
    void connectionInTransactionRefusesToDemarcate() throws SQLException {
        notes.work(connection -> {
            assertThat(connection.getAutoCommit()).isFalse();
            assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
            assertThatThrownBy(connection::rollback).isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> connection.setAutoCommit(true)).isInstanceOf(SQLException.class);
            assertThatThrownBy(connection::setSavepoint).isInstanceOf(SQLException.class);
        });
    }

    @Test
    void connectionOutsideOfTransactionDemarcatesItself() throws SQLException {
        notes.workWithoutTransaction(connection -> {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("INSERT INTO note VALUES (1)");
                connection.rollback();
                statement.execute("INSERT INTO note VALUES (2)");
                connection.commit();
            }
        });
        assertThat(notes.count()).isEqualTo(1);
    }

    @Test
    void whatWasLeftOpenOnCloseIsRolledBack() throws SQLException {
        notes.workWithoutTransaction(connection -> {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("INSERT INTO note VALUES (1)");
            }
        });
        assertThat(notes.count()).isZero();
    }
}
