package com.terafy.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.api.RetryPolicy;
import com.terafy.api.TerafyDataSource;
import jakarta.annotation.Resource;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Runs in the server: a deployment that names the module {@code deployment.terafy.ear} sees the API. */
@ExtendWith(ArquillianExtension.class)
class ApiFromAnotherDeploymentIT {

    private static final RetryPolicy POLICY = RetryPolicy.of(3, Duration.ofSeconds(30));

    @Resource(lookup = "java:/TerafyDS")
    private DataSource database;

    @Resource
    private UserTransaction transaction;

    @Deployment(name = "ear", order = 1, testable = false)
    static EnterpriseArchive ear() {
        return Archives.ear();
    }

    @Deployment(order = 2)
    static WebArchive application() {
        return Archives.inServer("api.war")
                .addAsManifestResource(
                        new StringAsset("Manifest-Version: 1.0\nDependencies: deployment.terafy.ear\n"), "MANIFEST.MF");
    }

    @Test
    void withConnectionReturnsWhatTheWorkReturned() throws SQLException {
        assertThat(terafy().<Integer, SQLException>withConnection(ApiFromAnotherDeploymentIT::one))
                .isEqualTo(1);
    }

    @Test
    void withConnectionGivesTheConnectionBackWhenTheWorkThrows() throws SQLException {
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> terafy().withConnection(connection -> {
                        throw new IllegalStateException("thrown by the test");
                    }))
                    .hasMessage("thrown by the test");
        }
        assertThat(terafy().pool().inUse()).isZero();
    }

    @Test
    void aTransactionWhoseSessionIsLostRunsAgain() throws SQLException {
        AtomicInteger runs = new AtomicInteger();
        int result = terafy().withTransaction(POLICY, connection -> {
            query(connection, "SELECT pg_current_xact_id()");
            if (runs.incrementAndGet() == 1) {
                query(connection, "SELECT pg_terminate_backend(pg_backend_pid())");
            }
            return runs.get();
        });

        assertThat(result).isEqualTo(2);
        assertThat(terafy().pool().inUse()).isZero();
    }

    @Test
    void aTransactionOfTheContainerIsItsOwnersToRunAgain() throws Exception {
        transaction.begin();
        try {
            assertThatThrownBy(() -> terafy().withTransaction(POLICY, ApiFromAnotherDeploymentIT::one))
                    .hasMessageContaining("TERAFY0286");
        } finally {
            transaction.rollback();
        }
    }

    @Test
    void unwrapGivesTheSameDataSource() throws SQLException {
        assertThat(database.isWrapperFor(TerafyDataSource.class)).isTrue();
        assertThat(database.unwrap(TerafyDataSource.class)).isEqualTo(database);
    }

    private TerafyDataSource terafy() {
        return (TerafyDataSource) database;
    }

    private static int one(Connection connection) throws SQLException {
        return Integer.parseInt(query(connection, "SELECT 1"));
    }

    private static String query(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
