package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.api.text.PoolNames;
import com.terafy.pool.settings.Setting;
import com.terafy.testkit.TestPostgres;
import jakarta.resource.Referenceable;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.naming.NamingException;
import javax.naming.Reference;
import javax.naming.spi.NamingManager;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Jakarta Connectors 2.1, 7.9: the adapter without a container. */
class UnmanagedTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final TestPostgres POSTGRES = TestPostgres.shared();

    private final TerafyManagedConnectionFactory factory = Factories.on(POSTGRES);

    private DataSource dataSource() throws Exception {
        return (DataSource) factory.createConnectionFactory();
    }

    @Test
    void connectionFactoryWithoutConnectionManagerWorks() throws Exception {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT current_user, pg_backend_pid()")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getString(1)).isEqualTo("postgres");
            assertThat(statement.getConnection()).isSameAs(connection);
        }

        assertThat(factory.pool().sessions().sessions()).isEmpty();
    }

    @Test
    void aConnectionLivesAsLongAsItsHandle() throws Exception {
        factory.setPoolName("AsLong");
        Connection connection = dataSource().getConnection();
        String tag = factory.pool().identity().applicationName();
        assertThat(POSTGRES.backends(tag)).hasSize(1);

        connection.close();

        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> POSTGRES.backends(tag).isEmpty());
    }

    /** Under TLS the server tells an end of the stream without a word from an orderly one. */
    @Test
    void aConnectionThatIsClosedSaysGoodbyeToTheServer() throws Exception {
        try (TestPostgres postgres =
                TestPostgres.builder().tls().with("log_disconnections", "on").start()) {
            DataSource own = (DataSource) Factories.on(postgres).createConnectionFactory();
            for (int i = 0; i < 3; i++) {
                own.getConnection().close();
            }
            Awaitility.await().until(() -> postgres.serverLog().split("disconnection: ", -1).length > 3);

            assertThat(postgres.serverLog())
                    .doesNotContain("could not receive data from client", "unexpected EOF on client connection");
        }
    }

    /** Where the time is over after a pause, a login would have no limit but its own. */
    @Test
    void whoWaitsForAServerIsToldInTimeAlsoIfItHasBecomeSilentMeanwhile() throws Exception {
        ExecutorService server = Executors.newSingleThreadExecutor();
        try (ServerSocket closing = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                PoolFixture fixture = PoolFixture.through(closing.getLocalPort(), POSTGRES)
                        .leavingIt()
                        .with(Setting.DB_POOL_ACQUIRE_TIMEOUT, "1s")
                        .open()) {
            DataSource unmanaged = (DataSource) fixture.factory.createConnectionFactory();
            long begun = System.nanoTime();
            Future<?> refusals = server.submit(() -> {
                while (System.nanoTime() - begun < Duration.ofMillis(850).toNanos()) {
                    closing.accept().close();
                }
                return null; // what comes now waits in the backlog
            });
            assertThatThrownBy(unmanaged::getConnection)
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("TERAFY0");
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(SECOND, SECOND.multipliedBy(5));
            refusals.cancel(true);
        } finally {
            server.shutdownNow();
        }
    }

    @Test
    void theApplicationDemarcatesItsTransactions() throws Exception {
        DataSource dataSource = dataSource();
        try (Connection connection = dataSource.getConnection()) {
            PoolFixture.execute(connection, "CREATE TEMP TABLE note (id int)");
            connection.setAutoCommit(false);
            PoolFixture.execute(connection, "INSERT INTO note VALUES (1)");
            connection.rollback();
            PoolFixture.execute(connection, "INSERT INTO note VALUES (2)");
            connection.commit();

            assertThat(PoolFixture.query(connection, "SELECT string_agg(id::text, ',') FROM note"))
                    .isEqualTo("2");
        }
    }

    @Test
    void aConnectionThatBrokeIsDestroyed() throws Exception {
        Connection connection = dataSource().getConnection();
        String pid = PoolFixture.query(connection, "SELECT pg_backend_pid()");

        assertThatThrownBy(() -> PoolFixture.execute(connection, "SELECT pg_terminate_backend(pg_backend_pid())"))
                .isInstanceOf(SQLException.class);

        assertThat(connection.isClosed()).isTrue();
        connection.close();
        Awaitility.await()
                .until(() -> POSTGRES.backends().stream()
                        .noneMatch(backend -> Long.toString(backend.pid()).equals(pid)));
    }

    @Test
    void whatIsBoundInJndiLeadsToADataSourceOfTheSameProperties() throws Exception {
        factory.setPoolName("Bound");
        Reference reference = ((Referenceable) dataSource()).getReference();
        assertThat(reference.toString()).doesNotContain(POSTGRES.password());
        String password = PoolNames.property("Bound", "DB_PASSWORD"); // with a host of its own it inherits none
        System.setProperty(password, POSTGRES.password());
        try {
            DataSource found = (DataSource) NamingManager.getObjectInstance(reference, null, null, null);

            try (Connection connection = found.getConnection()) {
                assertThat(PoolFixture.query(connection, "SELECT current_setting('application_name')"))
                        .contains("/Bound/");
                assertThat(PoolFixture.query(connection, "SELECT current_database()"))
                        .isEqualTo(TestPostgres.DATABASE);
            }
        } finally {
            System.clearProperty(password);
        }
    }

    @Test
    void aReferenceToSomethingElseIsNotOurs() throws Exception {
        UnmanagedDataSources ours = new UnmanagedDataSources();

        assertThat(ours.getObjectInstance(new Reference("java.lang.String"), null, null, null))
                .isNull();
        assertThat(ours.getObjectInstance("text", null, null, null)).isNull();
        assertThat(Collections.list(
                        ((Referenceable) dataSource()).getReference().getAll()))
                .hasSize(5);
    }

    @Test
    void theContainersReferenceIsGivenBackAndWithoutOneThereIsNone() throws Exception {
        try (PoolFixture fixture = PoolFixture.shared()) {
            assertThatThrownBy(fixture.dataSource::getReference)
                    .isInstanceOf(NamingException.class)
                    .hasMessageContaining("TERAFY0248");
            Reference given = new Reference("anything");
            fixture.dataSource.setReference(given);
            assertThat(fixture.dataSource.getReference()).isSameAs(given);
        }
    }
}
