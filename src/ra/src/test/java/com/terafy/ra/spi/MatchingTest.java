package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.pool.settings.Setting;
import com.terafy.ra.connect.Credentials;
import com.terafy.testkit.TestPostgres;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import jakarta.resource.spi.RetryableUnavailableException;
import jakarta.resource.spi.SecurityException;
import jakarta.resource.spi.security.PasswordCredential;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.security.auth.Subject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which idle connection is handed out to whom (Jakarta Connectors 2.1, 7.5.3 and 10.1.8). */
class MatchingTest {

    private static final TestPostgres POSTGRES = TestPostgres.shared();
    private static final String ROLE = "matching_role";
    private static final String SECRET = "s3cret-of-matching";

    private PoolFixture fixture;

    @BeforeAll
    static void createRole() {
        POSTGRES.createRole(ROLE, SECRET);
    }

    @AfterAll
    static void dropRole() {
        POSTGRES.execute("DROP ROLE " + ROLE);
    }

    @BeforeEach
    void open() throws ResourceException {
        fixture = PoolFixture.shared();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private static ConnectionRequestInfo request(String user, String password) {
        return new ConnectionRequest(Credentials.of(user, password));
    }

    private ManagedConnection match(Set<?> candidates) throws ResourceException {
        return fixture.factory.matchManagedConnections(candidates, null, null);
    }

    private Subject subjectOf(String user, String password, ManagedConnectionFactory factory) {
        PasswordCredential credential = new PasswordCredential(user, password.toCharArray());
        credential.setManagedConnectionFactory(factory);
        return new Subject(true, Set.of(), Set.of(), Set.of(credential));
    }

    @Test
    void aConnectionWithoutAHandleCostsNoSession() throws Exception {
        Set<Object> made = new LinkedHashSet<>();
        for (int i = 0; i < 100; i++) {
            made.add(fixture.container.take(request(ROLE, SECRET)));
        }
        for (Object each : made) {
            assertThat(match(Set.of(each))).isSameAs(each);
        }

        assertThat(made).hasSize(100);
        assertThat(fixture.statistics().created()).isZero();
        assertThat(fixture.backends()).isZero();
    }

    /** Whose session it will have is decided when the handle is wanted. */
    @Test
    void anyConnectionOfThePoolMatchesWhoeverAsks() throws Exception {
        TerafyManagedConnection first = fixture.take();
        TerafyManagedConnection second = fixture.take();
        Set<Object> candidates = new LinkedHashSet<>(List.of("no connection", first, second));

        assertThat(match(candidates)).isSameAs(first);
        assertThat(fixture.factory.matchManagedConnections(candidates, null, request(ROLE, SECRET)))
                .isSameAs(first);
    }

    @Test
    void whatIsOfAnotherPoolOrNoneOfOursDoesNotMatch() throws Exception {
        try (PoolFixture other = PoolFixture.shared()) {
            assertThat(match(new LinkedHashSet<>(List.of("no connection", other.take()))))
                    .isNull();
        }
    }

    @Test
    void theNextBorrowerOfTheSameUserAndPasswordGetsTheSameSession() throws Exception {
        String pid = pidOf(fixture.dataSource.getConnection());

        assertThat(pidOf(fixture.dataSource.getConnection())).isEqualTo(pid);
        assertThat(pidOf(fixture.dataSource.getConnection(TestPostgres.SUPERUSER, POSTGRES.password())))
                .isEqualTo(pid);
        assertThat(pidOf(fixture.dataSource.getConnection(ROLE, SECRET))).isNotEqualTo(pid);
    }

    private static String pidOf(Connection handle) throws SQLException {
        try (handle) {
            return PoolFixture.query(handle, "SELECT pg_backend_pid()");
        }
    }

    @Test
    void twoUsersByTurnsCostOneLoginEach() throws Exception {
        for (int i = 0; i < 10; i++) {
            fixture.dataSource.getConnection(ROLE, SECRET).close();
            fixture.dataSource.getConnection().close();
        }

        assertThat(fixture.statistics().created()).isEqualTo(2);
        assertThat(fixture.backends()).isEqualTo(2);
    }

    @Test
    void aWrongPasswordCostsOneLoginAndNoSession() throws Exception {
        fixture.close();
        fixture = PoolFixture.on(POSTGRES).with(Setting.DB_POOL_MAX, "8").open();
        fixture.prefill(8);
        List<?> before = fixture.sessions();

        assertThatThrownBy(() -> fixture.dataSource.getConnection("nobody_here", "wrong"))
                .isInstanceOf(SQLNonTransientConnectionException.class);

        assertThat(fixture.statistics().creationFailures()).isEqualTo(1);
        assertThat(fixture.idle()).isEqualTo(before);
    }

    @Test
    void getConnectionWithUserAndPasswordLogsInAsThatUser() throws Exception {
        try (Connection connection = fixture.dataSource.getConnection(ROLE, SECRET)) {
            assertThat(PoolFixture.query(connection, "SELECT session_user")).isEqualTo(ROLE);
        }
        try (Connection own = fixture.dataSource.getConnection()) {
            assertThat(PoolFixture.query(own, "SELECT session_user")).isEqualTo(TestPostgres.SUPERUSER);
        }
    }

    @Test
    void aWrongPasswordIsRefusedAlthoughAConnectionOfThatUserIsIdle() throws Exception {
        fixture.dataSource.getConnection(ROLE, SECRET).close();

        assertThatThrownBy(() -> fixture.dataSource.getConnection(ROLE, "wr0ng-passw0rd"))
                .isInstanceOfSatisfying(SQLNonTransientConnectionException.class, e -> {
                    assertThat(e.getSQLState()).isEqualTo("28P01");
                    assertThat(e.getMessage()).contains(ROLE).doesNotContain(TestPostgres.SUPERUSER);
                    assertThat(e.getMessage()).doesNotContain("wr0ng-passw0rd");
                });
    }

    @Test
    void theContainersSignOnDecidesWhoLogsIn() throws Exception {
        fixture.container.subject = subjectOf(ROLE, SECRET, fixture.factory);

        try (Connection connection = fixture.dataSource.getConnection()) {
            assertThat(PoolFixture.query(connection, "SELECT session_user")).isEqualTo(ROLE);
        }
    }

    @Test
    void theContainersSignOnGoesBeforeWhatTheApplicationGives() throws Exception {
        fixture.container.subject = subjectOf(ROLE, SECRET, fixture.factory);

        try (Connection connection = fixture.dataSource.getConnection(TestPostgres.SUPERUSER, POSTGRES.password())) {
            assertThat(PoolFixture.query(connection, "SELECT session_user")).isEqualTo(ROLE);
        }
    }

    private String sessionUser() throws SQLException {
        try (Connection connection = fixture.dataSource.getConnection()) {
            return PoolFixture.query(connection, "SELECT session_user");
        }
    }

    /** As Payara's where no login is configured. */
    @Test
    void aSignOnWithoutAUserIsNone() throws Exception {
        String own = sessionUser();
        fixture.container.subject = subjectOf("", "", fixture.factory);

        assertThat(sessionUser()).isEqualTo(own);
        try (Connection connection = fixture.dataSource.getConnection(ROLE, SECRET)) {
            assertThat(PoolFixture.query(connection, "SELECT session_user")).isEqualTo(ROLE);
        }
    }

    @Test
    void aSubjectWithoutACredentialForThisFactoryIsRefused() throws Exception {
        TerafyManagedConnection connection = fixture.take();
        TerafyManagedConnectionFactory other = new TerafyManagedConnectionFactory();
        other.setPoolName("Other");
        for (Subject subject : List.of(new Subject(), subjectOf(ROLE, SECRET, other), subjectOf(ROLE, SECRET, null))) {
            assertThatThrownBy(() -> connection.getConnection(subject, null))
                    .isInstanceOf(SecurityException.class)
                    .hasMessageContaining("TERAFY0219");
        }
        assertThat(connection.isBound()).isFalse();
    }

    /** A container may have made a copy of the factory: equality decides, not identity. */
    @Test
    void aCredentialForAFactoryOfTheSameConfigurationIsTaken() throws Exception {
        TerafyManagedConnectionFactory copy = new TerafyManagedConnectionFactory();
        copy.setUser(TestPostgres.SUPERUSER);
        fixture.container.subject = subjectOf(ROLE, SECRET, copy);

        try (Connection connection = fixture.dataSource.getConnection()) {
            assertThat(PoolFixture.query(connection, "SELECT session_user")).isEqualTo(ROLE);
        }
    }

    @Test
    void refusedCredentialsAreASecurityExceptionAndAServerThatIsAwayIsNone() throws Exception {
        TerafyManagedConnection refused = fixture.take();
        assertThatThrownBy(() -> refused.getConnection(null, request(ROLE, "wrong")))
                .isInstanceOf(SecurityException.class)
                .hasMessageContaining("TERAFY0245");
        try (PoolFixture away = PoolFixture.on(POSTGRES)
                .with(Setting.DB_PORT, "1")
                .with(Setting.DB_POOL_ACQUIRE_TIMEOUT, "200ms")
                .open()) {
            TerafyManagedConnection unreachable = away.take();
            assertThatThrownBy(() -> unreachable.getConnection(null, null))
                    .isInstanceOf(RetryableUnavailableException.class)
                    .hasMessageContaining("TERAFY0206");
        }
    }

    @Test
    void theContainerIsAskedOnTheBorrowersThreadForWhatTheBorrowerGave() throws Exception {
        List<Object> asked = new ArrayList<>();
        PooledDataSource dataSource = new PooledDataSource(fixture.factory, (factory, request) -> {
            asked.add(Thread.currentThread());
            asked.add(factory);
            asked.add(request);
            return fixture.container.allocateConnection(factory, request);
        });

        dataSource.getConnection(ROLE, SECRET).close();
        dataSource.getConnection().close();

        assertThat(asked)
                .containsExactly(
                        Thread.currentThread(),
                        fixture.factory,
                        request(ROLE, SECRET),
                        Thread.currentThread(),
                        fixture.factory,
                        null);
    }

    @Test
    void aConnectionGivesNoHandleToSomebodyElse() throws Exception {
        TerafyManagedConnection held = fixture.take();
        fixture.handleOf(held);

        assertThatThrownBy(() -> held.getConnection(null, request(ROLE, SECRET)))
                .isInstanceOf(SecurityException.class)
                .hasMessageContaining("TERAFY0213")
                .hasMessageNotContaining(SECRET);
        assertThat(FakeContainer.handlesOf(held)).hasSize(1);
    }

    /** The container's pool keeps it, so that the next borrower needs no new one. */
    @Test
    void aRefusedLoginLeavesNothingBehind() {
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> fixture.dataSource.getConnection("nobody_at_all", "x"))
                    .isInstanceOf(SQLNonTransientConnectionException.class);
        }

        assertThat(fixture.statistics().total()).isZero();
        assertThat(fixture.container.freePermits()).isEqualTo(FakeContainer.MOST);
        assertThat(fixture.container.idle).hasSize(1);
        assertThat(fixture.statistics().failures()).isEqualTo(3);
    }
}
