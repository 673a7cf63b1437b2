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
import jakarta.resource.spi.SecurityException;
import jakarta.resource.spi.UnavailableException;
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

    private ManagedConnection match(Set<?> candidates, Subject subject, ConnectionRequestInfo request)
            throws ResourceException {
        return fixture.factory.matchManagedConnections(candidates, subject, request);
    }

    private Subject subjectOf(String user, String password, ManagedConnectionFactory factory) {
        PasswordCredential credential = new PasswordCredential(user, password.toCharArray());
        credential.setManagedConnectionFactory(factory);
        return new Subject(true, Set.of(), Set.of(), Set.of(credential));
    }

    @Test
    void withoutARequestThePoolsOwnConnectionMatches() throws Exception {
        TerafyManagedConnection idle = fixture.idle();

        assertThat(match(Set.of(idle), null, null)).isSameAs(idle);
    }

    @Test
    void theSameUserAndPasswordMatch() throws Exception {
        TerafyManagedConnection idle = fixture.idle();

        assertThat(match(Set.of(idle), null, request(TestPostgres.SUPERUSER, POSTGRES.password())))
                .isSameAs(idle);
    }

    @Test
    void anotherPasswordOfTheSameUserDoesNotMatch() throws Exception {
        TerafyManagedConnection idle = fixture.idle();

        assertThat(match(Set.of(idle), null, request(TestPostgres.SUPERUSER, "wrong")))
                .isNull();
    }

    @Test
    void anotherUserDoesNotMatch() throws Exception {
        TerafyManagedConnection idle = fixture.idle();

        assertThat(match(Set.of(idle), null, request(ROLE, POSTGRES.password())))
                .isNull();
    }

    @Test
    void whatIsInUseOrOfAnotherPoolOrNoneOfOursDoesNotMatch() throws Exception {
        TerafyManagedConnection inUse = fixture.take();
        fixture.handleOf(inUse);
        try (PoolFixture other = PoolFixture.shared()) {
            Set<Object> candidates = new LinkedHashSet<>(List.of("no connection", inUse, other.idle()));

            assertThat(match(candidates, null, null)).isNull();
        }
    }

    @Test
    void ofSeveralTheFirstThatFitsIsTakenAndTheOthersStayIdle() throws Exception {
        TerafyManagedConnection dead = fixture.idle();
        TerafyManagedConnection alive = fixture.idle();
        TerafyManagedConnection spare = fixture.idle();
        POSTGRES.terminate(dead.physical().backendPid());

        ManagedConnection matched = match(new LinkedHashSet<>(List.of(dead, alive, spare)), null, null);

        assertThat(matched).isSameAs(alive);
        assertThat(fixture.statistics().inUse()).isEqualTo(1);
        assertThat(match(Set.of(spare), null, null)).isSameAs(spare);
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

    @Test
    void aSubjectWithoutACredentialForThisFactoryIsRefused() throws Exception {
        TerafyManagedConnection idle = fixture.idle();
        TerafyManagedConnectionFactory other = new TerafyManagedConnectionFactory();
        other.setPoolName("Other");
        for (Subject subject : List.of(new Subject(), subjectOf(ROLE, SECRET, other), subjectOf(ROLE, SECRET, null))) {
            assertThatThrownBy(() -> match(Set.of(idle), subject, null))
                    .isInstanceOf(SecurityException.class)
                    .hasMessageContaining("TERAFY0219");
        }
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
        assertThatThrownBy(() -> fixture.factory.createManagedConnection(null, request(ROLE, "wrong")))
                .isInstanceOf(SecurityException.class);
        try (PoolFixture away =
                PoolFixture.on(POSTGRES).with(Setting.DB_PORT, "1").open()) {
            assertThatThrownBy(() -> away.factory.createManagedConnection(null, null))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("TERAFY0203");
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
        TerafyManagedConnection idle = fixture.idle();

        assertThatThrownBy(() -> idle.getConnection(null, request(ROLE, SECRET)))
                .isInstanceOf(SecurityException.class)
                .hasMessageContaining("TERAFY0213")
                .hasMessageNotContaining(SECRET);
        assertThat(FakeContainer.handlesOf(idle)).isEmpty();
    }

    @Test
    void aConnectionThatEndedGivesNoHandle() throws Exception {
        TerafyManagedConnection taken = fixture.take();
        taken.destroy();

        assertThatThrownBy(() -> taken.getConnection(null, null))
                .isInstanceOf(ResourceException.class)
                .hasMessageContaining("TERAFY0214");
    }

    @Test
    void aRefusedLoginLeavesNothingBehind() throws SQLException {
        assertThatThrownBy(() -> fixture.dataSource.getConnection("nobody_at_all", "x"))
                .isInstanceOf(SQLNonTransientConnectionException.class);

        assertThat(fixture.statistics().total()).isZero();
        assertThat(fixture.container.freePermits()).isEqualTo(PoolFixture.MAX);
        assertThat(fixture.statistics().failures()).isEqualTo(1);
    }
}
