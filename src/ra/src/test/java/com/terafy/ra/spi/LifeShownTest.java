package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.Lease;
import com.terafy.pool.sessions.PooledSession;
import com.terafy.pool.settings.Setting;
import com.terafy.ra.connect.BeforeLogin;
import com.terafy.ra.connect.Credentials;
import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which sessions show that their pool lives where its lease does not, and what that must not do to them. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LifeShownTest {

    private static final String ROLE = "some_application";
    private static final int MOST_WORKERS = 8;

    private static TestPostgres postgres;
    private static String password;

    private final Slots slots = new Slots(postgres, ROLE, password);
    private final AtomicReference<BeforeLogin> beforeLogin = new AtomicReference<>(BeforeLogin.NOTHING);
    private final CountDownLatch end = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();
    private Connection observer;
    private PoolFixture fixture;
    private FaultProxy proxy;

    @BeforeAll
    static void start() {
        postgres = TestPostgres.builder().maxConnections(14).start();
        password = UUID.randomUUID().toString();
        postgres.createRole(ROLE, password);
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @BeforeEach
    void observe() {
        observer = postgres.superuser();
    }

    @AfterEach
    void close() throws Exception {
        end.countDown();
        postgres.thaw();
        slots.giveBack();
        for (Thread thread : threads) {
            thread.join();
        }
        fixture.close();
        if (proxy != null) {
            proxy.close();
        }
        observer.close();
        Awaitility.await().until(() -> postgres.backends(ROLE).isEmpty());
    }

    private PoolFixture.Builder pool() {
        return own(PoolFixture.on(postgres));
    }

    private PoolFixture.Builder own(PoolFixture.Builder builder) {
        return builder.with(Setting.DB_USER, ROLE)
                .with(Setting.DB_PASSWORD, password)
                .after(() -> beforeLogin.get().prepare());
    }

    /** The renamed one would be taken for nobody's, and shows nobody that the pool lives. */
    @Test
    void whereTheLeaseCannotBeHadEachRenamedSessionShowsLifeAndATaggedOneToo() throws Exception {
        fixture = pool().open();
        try (Connection first = fixture.dataSource.getConnection();
                Connection second = fixture.dataSource.getConnection();
                Connection third = fixture.dataSource.getConnection()) {
            PoolFixture.execute(first, "SET application_name = 'report'");
            PoolFixture.execute(second, "SET application_name = 'report'");
            PoolFixture.execute(third, "SELECT 1");
            slots.takeAll();
            List<String> before = List.of(changed(first), changed(second), changed(third));
            fixture.pool.keepLease();
            assertThat(changed(first)).isNotEqualTo(before.get(0));
            assertThat(changed(second)).isNotEqualTo(before.get(1));
            assertThat(changed(third)).isNotEqualTo(before.get(2));
        }
    }

    @Test
    void aSessionThatNeverAnswersDoesNotSilenceTheOthers() throws Exception {
        fixture = pool().open();
        PooledSession<Credentials, Session> dead = fixture.lend();
        PooledSession<Credentials, Session> alive = fixture.lend();
        slots.takeAll();
        postgres.freezeBackend(PoolFixture.pid(dead));
        String before = changed(PoolFixture.pid(alive));
        begin(fixture.pool::keepLease);
        begin(fixture.pool::keepLease);
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .until(() -> !changed(PoolFixture.pid(alive)).equals(before));
        postgres.thaw();
        join();
        fixture.pool.sessions().giveBack(dead);
        fixture.pool.sessions().giveBack(alive);
    }

    /** With a long DB_CONNECT_TIMEOUT, where new connections alone are not answered. */
    @Test
    void aLoginThatHangsIsNoSignOfLife() throws Exception {
        fixture = pool().open();
        fixture.prefill(1);
        String before = changed(PoolFixture.pid(fixture.idle().get(0)));
        CountDownLatch hangs = new CountDownLatch(1);
        beforeLogin.set(() -> {
            hangs.countDown();
            await();
        });
        begin(fixture.pool::keepLease);
        hangs.await();
        fixture.pool.keepLease();
        assertThat(changed(PoolFixture.pid(fixture.idle().get(0)))).isNotEqualTo(before);
    }

    @Test
    void workersThatHangDoNotHoldUpTheLease() throws Exception {
        fixture = pool().open();
        for (int worker = 0; worker < MOST_WORKERS; worker++) {
            fixture.pool.upkeep().run(this::await);
        }
        fixture.look();
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .until(() ->
                        fixture.dataSource.operations().lease().orElseThrow().held());
    }

    @Test
    void oneLoginAtATimeFindsTheEndOfAnOutage() throws Exception {
        fixture = pool().open();
        fixture.pool.outage().failed(new SQLException("away", "08001"));
        AtomicInteger logins = new AtomicInteger();
        beforeLogin.set(() -> {
            if (!Thread.currentThread().getName().contains("lease")) {
                logins.incrementAndGet();
            }
            await();
        });
        for (int second = 0; second < 4; second++) {
            fixture.look();
            Thread.sleep(600);
        }
        assertThat(logins).hasValue(1);
    }

    /** Each server sees the sessions on it, and no others. */
    @Test
    void aSessionOnAnotherServerThanTheLeaseShowsLife() throws Exception {
        try (TestPostgres second = TestPostgres.builder().start()) {
            second.createRole(ROLE, password);
            fixture = pool().with(
                            Setting.DB_HOST,
                            postgres.host() + ":" + postgres.port() + "," + second.host() + ":" + second.port())
                    .open();
            PooledSession<Credentials, Session> lent = fixture.lend();
            slots.takeAll();
            String before = changed(PoolFixture.pid(lent));
            fixture.pool.keepLease();
            assertThat(fixture.dataSource.operations().lease().orElseThrow().held())
                    .isTrue();
            assertThat(second.backends(fixture.pool.identity().applicationName() + "/lease"))
                    .hasSize(1);
            assertThat(changed(PoolFixture.pid(lent))).isNotEqualTo(before);
            fixture.pool.sessions().giveBack(lent);
            fixture.pool.stop();
        }
    }

    /** Without a reset it keeps the name that a borrower gave it. */
    @Test
    void withoutAResetAnIdleSessionIsNamedToo() throws Exception {
        fixture = pool().with(Setting.DB_SESSION_RESET, "off").open();
        try (Connection lent = fixture.dataSource.getConnection()) {
            PoolFixture.execute(lent, "SET application_name = 'report'");
        }
        fixture.pool.keepLease();
        assertThat(said().lent()).containsExactly(PoolFixture.pid(fixture.idle().get(0)));
    }

    @Test
    void whoComesBackWhileItShowsLifeIsLentAgain() throws Exception {
        proxy = FaultProxy.to(postgres);
        fixture = own(PoolFixture.through(proxy, postgres)).open();
        Connection lent = fixture.dataSource.getConnection();
        PoolFixture.execute(lent, "SELECT 1");
        slots.takeAll();
        beforeLogin.set(() -> {
            throw new SQLException("away", "08001");
        });
        proxy.toClient().freeze();
        Thread shows = begin(fixture.pool::keepLease);
        Awaitility.await().until(() -> isReading(shows));
        begin(() -> {
            sleep(300);
            proxy.pass();
        });
        lent.close();
        join();
        try (Connection again = fixture.dataSource.getConnection()) {
            PoolFixture.execute(again, "SELECT 1");
        }
        assertThat(fixture.statistics().evicted().values()).allMatch(count -> count == 0);
    }

    /** Until the reset has reached the server the session has its borrower's name. */
    @Test
    void whatIsNotResetYetIsNamedToo() throws Exception {
        fixture = pool().open();
        Connection lent = fixture.dataSource.getConnection();
        PoolFixture.execute(lent, "SET application_name = 'report'");
        postgres.freezeBackend(PoolFixture.pid(fixture.sessions().get(0)));
        lent.close();
        fixture.pool.keepLease();
        assertThat(said().lent())
                .containsExactly(PoolFixture.pid(fixture.sessions().get(0)));
    }

    @Test
    void aBorrowInWhichNothingWasSentStaysUnused() throws Exception {
        fixture = pool().open();
        PooledSession<Credentials, Session> lent = fixture.lend();
        slots.takeAll();
        assertThat(lent.session().physical().isUnused()).isTrue();
        String before = changed(PoolFixture.pid(lent));
        fixture.pool.keepLease();
        assertThat(changed(PoolFixture.pid(lent))).isNotEqualTo(before);
        assertThat(lent.session().physical().isUnused()).isTrue();
        fixture.pool.sessions().giveBack(lent);
    }

    private Lease said() throws SQLException {
        return Lease.parse(PoolFixture.query(
                        observer,
                        "SELECT query FROM pg_stat_activity WHERE application_name = '"
                                + fixture.pool.identity().applicationName() + "/lease'"))
                .orElseThrow();
    }

    private static boolean isReading(Thread thread) {
        return List.of(thread.getStackTrace()).stream()
                .anyMatch(frame -> frame.getMethodName().equals("askNothing"));
    }

    private Thread begin(Runnable task) {
        Thread thread = new Thread(task);
        threads.add(thread);
        thread.start();
        return thread;
    }

    private void join() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void await() {
        try {
            end.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private String changed(Connection lent) throws SQLException {
        return changed(lent.unwrap(org.postgresql.PGConnection.class).getBackendPID());
    }

    private String changed(int pid) throws SQLException {
        return PoolFixture.query(observer, "SELECT state_change::text FROM pg_stat_activity WHERE pid = " + pid);
    }
}
