package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** Jakarta Connectors 2.1, 6.5.7: the adapter without a container. */
class UnmanagedTest {

    @Test
    void connectionFactoryWithoutConnectionManagerWorks() throws Exception {
        TestPostgres postgres = TestPostgres.shared();
        TerafyManagedConnectionFactory factory = Factories.on(postgres);
        DataSource dataSource = (DataSource) factory.createConnectionFactory();

        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT current_user, pg_backend_pid()")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getString(1)).isEqualTo("postgres");
            assertThat(statement.getConnection()).isSameAs(connection);
        }

        assertThat(factory.pool().connections()).isEmpty();
    }
}
