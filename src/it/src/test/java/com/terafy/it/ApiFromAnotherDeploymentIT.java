package com.terafy.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.api.TerafyDataSource;
import jakarta.annotation.Resource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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

    @Resource(lookup = "java:/TerafyDS")
    private DataSource database;

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
    void unwrapGivesTheSameDataSource() throws SQLException {
        assertThat(database.isWrapperFor(TerafyDataSource.class)).isTrue();
        assertThat(database.unwrap(TerafyDataSource.class)).isEqualTo(database);
    }

    private TerafyDataSource terafy() {
        return (TerafyDataSource) database;
    }

    private static int one(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT 1")) {
            row.next();
            return row.getInt(1);
        }
    }
}
