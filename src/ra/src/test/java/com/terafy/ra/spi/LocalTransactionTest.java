package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.testkit.TestPostgres;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.LocalTransaction;
import jakarta.resource.spi.LocalTransactionException;
import java.sql.Connection;
import java.sql.SQLException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Transactions that the container demarcates (Jakarta Connectors 2.1, 8.7), and what the application may do in them. */
class LocalTransactionTest {

    private static final TestPostgres POSTGRES = TestPostgres.shared();

    private PoolFixture fixture;
    private TerafyManagedConnection connection;
    private LocalTransaction transaction;
    private Connection handle;

    @BeforeEach
    void borrow() throws ResourceException {
        POSTGRES.execute("CREATE TABLE local_test (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)");
        fixture = PoolFixture.shared();
        connection = fixture.take();
        handle = fixture.handleOf(connection);
        transaction = connection.getLocalTransaction();
    }

    @AfterEach
    void close() {
        fixture.close();
        POSTGRES.execute("DROP TABLE local_test");
    }

    private String rows() throws SQLException {
        try (Connection other = POSTGRES.superuser()) {
            return PoolFixture.query(other, "SELECT count(*) FROM local_test");
        }
    }

    private void insert(int id) throws SQLException {
        PoolFixture.execute(handle, "INSERT INTO local_test VALUES (" + id + ")");
    }

    @Test
    void whatTheContainerCommitsIsThere() throws Exception {
        transaction.begin();
        insert(1);
        assertThat(rows()).isEqualTo("0");
        transaction.commit();

        assertThat(rows()).isEqualTo("1");
        assertThat(handle.getAutoCommit()).isTrue();
    }

    @Test
    void whatTheContainerRollsBackIsNot() throws Exception {
        transaction.begin();
        insert(1);
        transaction.rollback();

        assertThat(rows()).isEqualTo("0");
        assertThat(handle.getAutoCommit()).isTrue();
    }

    @Test
    void inTheContainersTransactionTheApplicationCannotEndIt() throws Exception {
        transaction.begin();
        insert(1);

        assertRefused(() -> handle.commit());
        assertRefused(() -> handle.rollback());
        assertRefused(() -> handle.setAutoCommit(true));
        assertRefused(() -> handle.setSavepoint());
        assertRefused(() -> handle.setSavepoint("here"));
        handle.setAutoCommit(false);
        assertThat(handle.getAutoCommit()).isFalse();
        assertThat(rows()).isEqualTo("0");
        transaction.commit();

        assertThat(rows()).isEqualTo("1");
    }

    private static void assertRefused(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(SQLException.class, e -> {
            assertThat(e.getSQLState()).isEqualTo("2D000");
            assertThat(e.getMessage()).contains("TERAFY0222");
        });
    }

    @Test
    void afterAFailedCommitTheConnectionIsTheApplicationsAgain() throws Exception {
        transaction.begin();
        insert(1);
        insert(1);

        assertThatThrownBy(transaction::commit)
                .isInstanceOf(LocalTransactionException.class)
                .hasMessageContaining("TERAFY0221")
                .hasMessageContaining("23505");
        assertThat(handle.getAutoCommit()).isTrue();
        insert(2);
        assertThat(rows()).isEqualTo("1");
    }

    @Test
    void theContainerRollsBackWhatTheApplicationLeftOpen() throws Exception {
        handle.setAutoCommit(false);
        insert(1);

        transaction.rollback();

        assertThat(rows()).isEqualTo("0");
        assertThat(handle.getAutoCommit()).isTrue();
    }

    @Test
    void rollingBackAConnectionThatEndedIsNoError() throws Exception {
        transaction.begin();
        insert(1);
        assertThatThrownBy(() -> PoolFixture.execute(handle, "SELECT pg_terminate_backend(pg_backend_pid())"))
                .isInstanceOf(SQLException.class);

        transaction.rollback();

        assertThat(rows()).isEqualTo("0");
    }

    @Test
    void theNextBorrowerIsInNoTransaction() throws Exception {
        transaction.begin();
        insert(1);
        connection.cleanup();
        fixture.container.idle.add(connection);

        Connection next = fixture.handleOf(fixture.take());

        assertThat(next.getAutoCommit()).isTrue();
        PoolFixture.execute(next, "INSERT INTO local_test VALUES (2)");
        assertThat(rows()).isEqualTo("1");
    }

    @Test
    void transactionsDoNotNest() throws Exception {
        transaction.begin();
        insert(1);

        assertThatThrownBy(transaction::begin)
                .isInstanceOf(LocalTransactionException.class)
                .hasMessageContaining("TERAFY0246");

        transaction.commit();
        assertThat(rows()).isEqualTo("1");
        transaction.begin();
        transaction.rollback();
    }

    @Test
    void whatWasNotBegunCannotBeCommitted() {
        assertThatThrownBy(transaction::commit).isInstanceOf(LocalTransactionException.class);
    }
}
