package com.terafy.ra.hosts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.pool.sessions.Patience;
import com.terafy.pool.settings.HostPort;
import com.terafy.pool.settings.InvalidSettingsException;
import com.terafy.pool.settings.Setting;
import com.terafy.pool.settings.SettingsReader;
import com.terafy.pool.settings.SettingsSource;
import com.terafy.ra.errors.PostgresErrors;
import com.terafy.testkit.ManualTicker;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where a session is opened while servers refuse, are away, freeze or change; they are fakes, and so is the clock. */
class HostsTest {

    private static final HostPort A = new HostPort("a", 5432);
    private static final HostPort B = new HostPort("b", 5432);
    private static final HostPort C = new HostPort("c", 5432);
    private static final String OWN = "own";
    private static final String OTHER = "other";

    /** A login that is refused is repeated after this. */
    private static final Duration LONG = Duration.ofSeconds(31);

    private final ManualTicker clock = new ManualTicker();
    private final AtomicInteger alarms = new AtomicInteger();
    private final Map<HostPort, FakeHost> servers = Map.of(A, new FakeHost(), B, new FakeHost(), C, new FakeHost());

    /** Of a login by this user there; none: he is let in. */
    private final Map<String, SQLException> failures = new HashMap<>();

    private final List<HostPort> logins = new ArrayList<>();
    private final ExecutorService looks = Executors.newCachedThreadPool();
    private Hosts hosts;

    @BeforeEach
    void make() throws InvalidSettingsException {
        make("a,b", "0");
    }

    private void make(String addresses, String maxLag) throws InvalidSettingsException {
        Map<Setting, String> settings = new EnumMap<>(Setting.class);
        settings.put(Setting.DB_HOST, addresses);
        settings.put(Setting.DB_NAME, "db");
        settings.put(Setting.DB_USER, OWN);
        settings.put(Setting.DB_PASSWORD, "secret");
        settings.put(Setting.DB_TARGET_SERVER_TYPE, "secondary");
        settings.put(Setting.DB_REPLICA_MAX_LAG, maxLag);
        hosts = new Hosts(
                SettingsReader.read("P", List.of(SettingsSource.descriptor(settings)), Set.of(), Set.of()),
                clock,
                host -> servers.get(host).logIn(),
                alarms::incrementAndGet);
    }

    @AfterEach
    void stop() throws InterruptedException {
        servers.values().forEach(FakeHost::thaw);
        looks.shutdownNow();
        assertThat(looks.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    private Hosts.Place open(String user) throws SQLException {
        return hosts.open(user, place -> logIn(user, place), Runnable::run);
    }

    private Hosts.Place logIn(Hosts.Place place) throws SQLException {
        return logIn(OWN, place);
    }

    private Hosts.Place logIn(String user, Hosts.Place place) throws SQLException {
        logins.add(place.host());
        SQLException failure = failures.get(user + place.host());
        if (failure != null) {
            throw failure;
        }
        return place;
    }

    private void fail(String user, HostPort host, SQLException how) {
        failures.put(user + host, how);
    }

    private void look() {
        hosts.look(Runnable::run);
    }

    private static SQLException refusal() {
        return new SQLException("no pg_hba.conf entry", "28000");
    }

    private static SQLException wrongPassword() {
        return new SQLException("password authentication failed", "28P01");
    }

    private static SQLException away() {
        return new SQLException("Connection refused", "08001", new ConnectException());
    }

    // ---- Refusals

    @Test
    void whatOneRefusesIsNoRefusalWhileAnotherIsAwayForAMoment() throws SQLException {
        open(OWN);
        fail(OWN, A, away());
        fail(OWN, B, refusal());
        for (int i = 0; i < 6; i++) {
            assertThatThrownBy(() -> open(OWN))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(PostgresErrors.mayPass(e)).isTrue());
            clock.advance(Duration.ofSeconds(7));
        }
        failures.clear();
        open(OWN);
    }

    @Test
    void duringAnOutageOneThatRefusesIsNotAskedAgainAndAgain() {
        fail(OWN, A, away());
        fail(OWN, B, refusal());
        for (int i = 0; i < 50; i++) {
            assertThatThrownBy(() -> open(OWN)).isSameAs(failures.get(OWN + A));
            clock.advance(Duration.ofMillis(200));
        }
        assertThat(logins).filteredOn(B::equals).hasSize(1);
    }

    @Test
    void aUserWhomOneRefusesIsLetInByTheOtherAndOthersAreOnBoth() throws SQLException {
        fail(OTHER, B, refusal());
        for (int i = 0; i < 4; i++) {
            assertThat(open(OTHER).host()).isEqualTo(A);
        }
        assertThat(logins).filteredOn(B::equals).hasSizeLessThanOrEqualTo(1);
        assertThat(hosts.crowded(OTHER)).as("worth no move").isEmpty();
        assertThat(List.of(open(OWN).host(), open(OWN).host())).containsExactlyInAnyOrder(A, B);

        failures.clear();
        clock.advance(LONG);
        assertThat(open(OTHER).host()).isEqualTo(B);
    }

    @Test
    void whatAllRefuseIsARefusal() throws Exception {
        make("a,b,c", "0");
        List.of(A, B, C).forEach(host -> fail(OTHER, host, refusal()));
        assertRefused();
        assertThat(logins).containsExactlyInAnyOrder(A, B, C);

        assertRefused();
        assertThat(logins).as("then one login each time").hasSize(4);

        failures.clear();
        open(OTHER);
    }

    private void assertRefused() {
        assertThatThrownBy(() -> open(OTHER))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28000"));
    }

    @Test
    void aWrongPasswordCostsOneLogin() {
        fail(OTHER, A, wrongPassword());
        fail(OTHER, B, wrongPassword());
        assertThatThrownBy(() -> open(OTHER))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
        assertThat(logins).hasSize(1);
    }

    @Test
    void aPasswordThatOneHasAcceptedIsTriedAtTheOther() throws SQLException {
        HostPort accepted = open(OTHER).host();
        HostPort second = accepted.equals(A) ? B : A;
        fail(OTHER, second, wrongPassword());
        assertThat(open(OTHER).host()).isEqualTo(accepted);
    }

    @Test
    void withALimitOfLagAReplicaThatIsLateForAMomentMakesWhatTheOtherRefusesNoRefusal() throws Exception {
        make("a,b", "2s");
        servers.get(A).lag = Optional.of(Duration.ofSeconds(60));
        servers.get(B).fail(refusal());
        assertMayPass(OWN);

        servers.get(B).fail(null);
        clock.advance(LONG);
        look();
        fail(OTHER, B, refusal());
        assertMayPass(OTHER);
        assertThat(logins).as("the other one was asked").contains(B);
    }

    private void assertMayPass(String user) {
        assertThatThrownBy(() -> open(user))
                .isInstanceOfSatisfying(
                        SQLException.class,
                        e -> assertThat(PostgresErrors.mayPass(e)).isTrue());
    }

    // ---- A server that does not answer

    @Test
    void afterOneFailedLookItIsTheLastChoiceAndTheAlarmIsRaisedOnce() throws SQLException {
        open(OWN).free();
        servers.get(B).fail(new SQLException("timeout", "08006", new SocketTimeoutException()));
        look();
        assertThat(alarms).hasValue(1);
        for (int i = 0; i < 4; i++) {
            assertThat(open(OWN).host()).isEqualTo(A);
        }
        assertThat(hosts.crowded(OWN)).as("nothing is moved there").isEmpty();
        look();
        look();
        assertThat(alarms).hasValue(1);

        servers.get(B).fail(null);
        look();
        assertThat(open(OWN).host()).isEqualTo(B);
        assertThat(hosts.crowded(OWN)).containsExactly(A);
    }

    @Test
    void whileItsAnswerIsAwaitedForLongItIsTheLastChoice() throws Exception {
        open(OWN).free();
        servers.get(B).freeze();
        Future<?> frozen = looks.submit(this::look);
        servers.get(B).awaitAsked();
        Set<HostPort> both = Set.of(open(OWN).host(), open(OWN).host());
        assertThat(both).as("not yet").containsExactlyInAnyOrder(A, B);

        clock.advance(Duration.ofMillis(1_001));
        for (int i = 0; i < 4; i++) {
            assertThat(open(OWN).host()).isEqualTo(A);
        }
        assertThat(hosts.crowded(OWN)).isEmpty();
        assertThat(alarms).hasValue(0);

        servers.get(B).thaw();
        frozen.get(10, TimeUnit.SECONDS);
        assertThat(open(OWN).host()).isEqualTo(B);
    }

    @Test
    void whoHasNoTimeLeftWaitsNeitherForTheFirstAnswersNorForAnotherServer() {
        servers.values().forEach(FakeHost::freeze);
        List.of(A, B).forEach(host -> fail(OWN, host, away()));
        long begun = System.nanoTime();
        assertThatThrownBy(() -> hosts.open(OWN, this::logIn, looks, Patience.of(Duration.ofMillis(200))))
                .isInstanceOf(SQLException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
        assertThat(logins).hasSize(1);
    }

    // ---- What a session has heard

    @Test
    void aLookThatIsOlderDoesNotOverwriteWhatASessionHasHeard() throws Exception {
        Hosts.Place place = placeAt(B);
        servers.get(B).freeze();
        Future<?> old = looks.submit(this::look);
        servers.get(B).awaitAsked();
        servers.get(B).replica = false;
        place.saw(false);
        assertThat(place.mayLend()).isFalse();
        servers.get(B).freezeAfterOneMore();
        servers.get(B).awaitAsked();
        assertThat(place.mayLend()).as("it is asked again first").isFalse();

        servers.get(B).thaw();
        old.get(10, TimeUnit.SECONDS);
        assertThat(place.mayLend()).isFalse();
    }

    @Test
    void aLookThatFailsDoesNotOverwriteItEither() throws Exception {
        Hosts.Place place = placeAt(B);
        servers.get(B).freeze();
        Future<?> old = looks.submit(this::look);
        servers.get(B).awaitAsked();
        place.saw(false);
        servers.get(B).fail(away());
        servers.get(B).thaw();
        old.get(10, TimeUnit.SECONDS);
        assertThat(place.mayLend()).isFalse();
    }

    private Hosts.Place placeAt(HostPort host) throws SQLException {
        Hosts.Place first = open(OWN);
        Hosts.Place second = open(OWN);
        return first.host().equals(host) ? first : second;
    }
}
