package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.pool.sessions.PooledSession;
import com.terafy.ra.connect.Credentials;
import com.terafy.testkit.TestPostgres;
import jakarta.resource.Referenceable;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConfigProperty;
import jakarta.resource.spi.ManagedConnectionMetaData;
import jakarta.resource.spi.ResourceAdapter;
import jakarta.resource.spi.TransactionSupport.TransactionSupportLevel;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.PrintWriter;
import java.io.Serializable;
import java.lang.reflect.Field;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.util.List;
import java.util.stream.Stream;
import javax.naming.Reference;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** Who equals whom, what is written to a stream, and what a description of it may say. */
class IdentityTest {

    private static final TestPostgres POSTGRES = TestPostgres.shared();

    private static TerafyManagedConnectionFactory factory() {
        return Factories.on(POSTGRES);
    }

    @Test
    void factoriesOfTheSameConfigurationAreEqualWhateverTheirPassword() {
        TerafyManagedConnectionFactory one = factory();
        TerafyManagedConnectionFactory other = factory();
        other.setPassword("another");

        assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
    }

    @Test
    void factoriesOfAnotherConfigurationDiffer() {
        TerafyManagedConnectionFactory otherUser = factory();
        otherUser.setUser("somebody");
        TerafyManagedConnectionFactory otherHost = factory();
        otherHost.setHost("elsewhere");
        TerafyManagedConnectionFactory otherName = factory();
        otherName.setPoolName("Other");

        assertThat(Stream.of(otherUser, otherHost, otherName))
                .allSatisfy(other -> assertThat(other).isNotEqualTo(factory()));
    }

    @Test
    void requestsOfTheSameUserAreEqual() {
        ConnectionRequest one = new ConnectionRequest(Credentials.of("bob", "one"));
        ConnectionRequest other = new ConnectionRequest(Credentials.of("bob", "other"));

        assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
        assertThat(one).isNotEqualTo(new ConnectionRequest(Credentials.of("eve", "one")));
    }

    @Test
    void credentialsAreEqualOnlyWithTheSamePassword() {
        assertThat(Credentials.of("bob", "one")).isEqualTo(Credentials.of("bob", "one"));
        assertThat(Credentials.of("bob", "one")).isNotEqualTo(Credentials.of("bob", "other"));
    }

    @Test
    void resourceAdaptersAndManagedConnectionsAreEqualByIdentity() throws Exception {
        assertThat(new TerafyResourceAdapter()).isNotEqualTo(new TerafyResourceAdapter());
        try (PoolFixture fixture = PoolFixture.shared()) {
            TerafyManagedConnection one = fixture.take();

            assertThat(one).isNotEqualTo(fixture.take());
            assertThat(one.hashCode()).isEqualTo(System.identityHashCode(one));
        }
    }

    @Test
    void theResourceAdapterIsSetExactlyOnce() throws Exception {
        TerafyManagedConnectionFactory factory = factory();
        TerafyResourceAdapter adapter = new TerafyResourceAdapter();
        factory.setResourceAdapter(adapter);

        for (TerafyResourceAdapter next : List.of(adapter, new TerafyResourceAdapter())) {
            assertThatThrownBy(() -> factory.setResourceAdapter(next))
                    .isInstanceOf(jakarta.resource.spi.IllegalStateException.class)
                    .hasMessageContaining("TERAFY0223");
        }
        assertThat(factory.getResourceAdapter()).isSameAs(adapter);
    }

    @Test
    void anotherProductsResourceAdapterIsRefused() {
        ResourceAdapter foreign = (ResourceAdapter) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ResourceAdapter.class},
                (proxy, method, arguments) -> null);

        assertThatThrownBy(() -> factory().setResourceAdapter(foreign)).hasMessageContaining("TERAFY0224");
    }

    @Test
    void aFactoryWorksAfterItWasSerialized() throws Exception {
        TerafyManagedConnectionFactory factory = factory();
        factory.setPoolName("Travelled");
        factory.setLogWriter(new PrintWriter(System.out, false, StandardCharsets.UTF_8));
        factory.setResourceAdapter(new TerafyResourceAdapter());
        factory.pool();

        TerafyManagedConnectionFactory copy = copyOf(factory);

        assertThat(copy).isEqualTo(factory).isNotSameAs(factory);
        assertThat(copy.getPoolName()).isEqualTo("Travelled");
        assertThat(copy.getLogWriter()).isNull();
        try (Connection connection = ((DataSource) copy.createConnectionFactory()).getConnection()) {
            assertThat(PoolFixture.query(connection, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void theDataSourceWorksAfterItWasSerialized() throws Exception {
        PooledDataSource dataSource = (PooledDataSource) factory().createConnectionFactory();
        dataSource.setReference(new Reference(DataSource.class.getName()));

        PooledDataSource copy = copyOf(dataSource);

        assertThat(copy.getReference().getClassName()).isEqualTo(DataSource.class.getName());
        try (Connection connection = copy.getConnection()) {
            assertThat(PoolFixture.query(connection, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void theDataSourceOfAContainerIsSerializableToo() throws Exception {
        try (PoolFixture fixture = PoolFixture.shared()) {
            assertThat(copyOf(fixture.dataSource)).isNotNull();
        }
    }

    @Test
    void theDataSourceIsReferenceable() throws Exception {
        DataSource dataSource = (DataSource) factory().createConnectionFactory();

        assertThat(dataSource).isInstanceOf(Referenceable.class).isInstanceOf(Serializable.class);
        assertThat(((Referenceable) dataSource).getReference()).isNotNull();
    }

    @SuppressWarnings({"unchecked", "BanSerializableRead"}) // what this test wrote itself
    private static <T> T copyOf(T original) throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(original);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (T) in.readObject();
        }
    }

    @Test
    void thePoolsNameIsValidatedByTheContainer() throws Exception {
        Field name = TerafyManagedConnectionFactory.class.getDeclaredField("poolName");

        assertThat(name.getAnnotation(NotNull.class)).isNotNull();
        assertThat(name.getAnnotation(ConfigProperty.class)).isNotNull();
        String allowed = name.getAnnotation(Pattern.class).regexp();
        assertThat(List.of("TerafyDS", "a", "my-pool_2.x")).allMatch(text -> text.matches(allowed));
        assertThat(List.of("", "two words", "a/b", "x".repeat(41), "é")).noneMatch(text -> text.matches(allowed));
    }

    @Test
    void thePasswordIsAConfidentialProperty() throws Exception {
        ConfigProperty property = TerafyManagedConnectionFactory.class
                .getMethod("setPassword", String.class)
                .getAnnotation(ConfigProperty.class);

        assertThat(property.confidential()).isTrue();
    }

    @Test
    void aLocalAdapterSupportsLocalTransactions() throws Exception {
        try (PoolFixture fixture = PoolFixture.shared()) {
            assertThat(fixture.factory.getTransactionSupport()).isEqualTo(TransactionSupportLevel.LocalTransaction);
            TerafyManagedConnection idle = fixture.take();
            assertThatThrownBy(idle::getXAResource)
                    .isInstanceOf(jakarta.resource.NotSupportedException.class)
                    .hasMessageContaining("TERAFY0218");
        }
    }

    @Test
    void metaDataTellsWhatIsReallyAtTheOtherEnd() throws Exception {
        POSTGRES.createRole("metadata_role", "metadata");
        try (PoolFixture fixture = PoolFixture.shared()) {
            TerafyManagedConnection own = fixture.take();
            fixture.handleOf(own);
            TerafyManagedConnection other = fixture.take();
            other.getConnection(null, new ConnectionRequest(Credentials.of("metadata_role", "metadata")));

            assertThat(own.getMetaData().getEISProductName()).isEqualTo("PostgreSQL");
            assertThat(own.getMetaData().getEISProductVersion()).isEqualTo(serverVersion());
            assertThat(own.getMetaData().getMaxConnections()).isEqualTo(PoolFixture.MAX);
            assertThat(own.getMetaData().getUserName()).isEqualTo(TestPostgres.SUPERUSER);
            assertThat(other.getMetaData().getUserName()).isEqualTo("metadata_role");
        } finally {
            POSTGRES.execute("DROP ROLE metadata_role");
        }
    }

    /** The container asks as soon as a connection is made, when it has no session yet; nothing is opened for that. */
    @Test
    void metaDataIsWhatTheLastLoginToldWhereThereIsNoSession() throws Exception {
        try (PoolFixture fixture = PoolFixture.shared()) {
            assertThat(fixture.take().getMetaData().getEISProductName()).isEqualTo("PostgreSQL");
            assertThat(fixture.sessions()).isEmpty();

            fixture.prefill(1);

            ManagedConnectionMetaData told = fixture.take().getMetaData();
            assertThat(told.getEISProductVersion()).isEqualTo(serverVersion());
            assertThat(told.getUserName()).isEqualTo(TestPostgres.SUPERUSER);
            assertThat(told.getMaxConnections()).isEqualTo(PoolFixture.MAX);
        }
    }

    @Test
    void thereIsNoMetaDataOfAnEndedConnection() throws Exception {
        try (PoolFixture fixture = PoolFixture.shared()) {
            TerafyManagedConnection ended = fixture.take();
            fixture.container.destroy(ended);

            assertThatThrownBy(ended::getMetaData)
                    .isInstanceOf(jakarta.resource.spi.IllegalStateException.class)
                    .hasMessageContaining("TERAFY0247");
        }
    }

    @Test
    void aNewConnectionHasItsFactorysLogWriterUntilItGetsItsOwn() throws Exception {
        PrintWriter factorys = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
        PrintWriter own = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
        try (PoolFixture fixture = PoolFixture.shared()) {
            assertThat(fixture.take().getLogWriter()).isNull();
            fixture.factory.setLogWriter(factorys);
            TerafyManagedConnection connection = fixture.take();

            assertThat(connection.getLogWriter()).isSameAs(factorys);
            connection.setLogWriter(own);
            assertThat(connection.getLogWriter()).isSameAs(own);
            connection.setLogWriter(null);
            assertThat(connection.getLogWriter()).isNull();
            assertThat(fixture.factory.getLogWriter()).isSameAs(factorys);
        }
    }

    private static String serverVersion() {
        return POSTGRES.setting("server_version");
    }

    @Test
    void noDescriptionShowsAPassword() throws Exception {
        String password = POSTGRES.password();
        try (PoolFixture fixture = PoolFixture.shared()) {
            TerafyManagedConnection connection = fixture.take();
            Object association = connection.getConnection(null, null);
            ConnectionRequest request = new ConnectionRequest(Credentials.of("bob", password));

            assertThat(Stream.of(
                            fixture.factory,
                            fixture.factory.getResourceAdapter(),
                            fixture.dataSource,
                            fixture.pool,
                            fixture.pool.settings(),
                            fixture.pool.ownCredentials(),
                            fixture.pool.identity(),
                            fixture.dataSource.operations().settings(),
                            fixture.dataSource.operations().connections(),
                            connection,
                            fixture.sessionOf(connection),
                            fixture.sessionOf(connection).key(),
                            connection.physical(),
                            association,
                            request,
                            request.credentials()))
                    .allSatisfy(object -> assertThat(object.toString()).doesNotContain(password));
        }
    }

    @Test
    void aHandleMovesToTheConnectionItIsAssociatedWith() throws Exception {
        try (PoolFixture fixture = PoolFixture.shared()) {
            TerafyManagedConnection from = fixture.take();
            TerafyManagedConnection to = fixture.take();
            Association association = (Association) from.getConnection(null, null);
            Connection handle = association.takeHandle();
            var statement = handle.createStatement();

            to.associateConnection(association);

            assertThat(PoolFixture.query(handle, "SELECT pg_backend_pid()"))
                    .isEqualTo(Integer.toString(to.physical().backendPid()));
            assertThat(statement.isClosed()).isTrue();
            assertThat(FakeContainer.handlesOf(from)).isEmpty();
            assertThat(FakeContainer.handlesOf(to)).containsExactly(association);
            handle.close();
            assertThat(fixture.container.listenerOf(from).events).isEmpty();
            assertThat(fixture.container.listenerOf(to).events).hasSize(1);
        }
    }

    @Test
    void associationBindsASession() throws Exception {
        try (PoolFixture fixture = PoolFixture.shared()) {
            Association association = (Association) fixture.take().getConnection(null, null);
            TerafyManagedConnection fresh = fixture.take();

            fresh.associateConnection(association);

            assertThat(fixture.sessionOf(fresh).state()).isEqualTo(PooledSession.State.LENT);
        }
    }

    @Test
    void aClosedOrForeignHandleIsNotAssociated() throws Exception {
        try (PoolFixture fixture = PoolFixture.shared()) {
            TerafyManagedConnection from = fixture.take();
            TerafyManagedConnection to = fixture.take();
            Association association = (Association) from.getConnection(null, null);
            fixture.handleOf(from);
            association.takeHandle().close();

            assertThatThrownBy(() -> to.associateConnection(association)).isInstanceOf(ResourceException.class);
            assertThatThrownBy(() -> to.associateConnection("foreign"))
                    .isInstanceOf(ResourceException.class)
                    .hasMessageContaining("TERAFY0215");
            assertThat(FakeContainer.handlesOf(to)).isEmpty();
        }
    }
}
