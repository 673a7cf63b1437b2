package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.pool.sessions.PooledSession;
import com.terafy.pool.settings.PoolSettings;
import com.terafy.pool.settings.Setting;
import com.terafy.pool.settings.SettingsReader;
import com.terafy.pool.settings.SettingsSource;
import com.terafy.pool.time.Ticker;
import com.terafy.ra.connect.Credentials;
import com.terafy.ra.passwords.KeptPasswords;
import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.TestPostgres;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where passwords come from, and how long they are kept. */
class CredentialsTest {

    private static final String ROLE = "rotating_role";

    @Test
    void aNewConnectionReadsThePasswordFileAfreshAndTheOldOnesStay(@TempDir Path directory) throws Exception {
        TestPostgres postgres = TestPostgres.shared();
        postgres.createRole(ROLE, "first");
        Path file = Files.writeString(directory.resolve("password"), "first\n");
        try (PoolFixture fixture = PoolFixture.on(postgres)
                .with(Setting.DB_USER, ROLE)
                .without(Setting.DB_PASSWORD)
                .with(Setting.DB_PASSWORD_FILE, file.toString())
                .open()) {
            PooledSession<Credentials, Session> old = fixture.prefillOne();
            try (Connection held = fixture.dataSource.getConnection()) {
                postgres.execute("ALTER ROLE " + ROLE + " PASSWORD 'second'");
                fixture.pool.sessions().resize(2, PoolFixture.MAX);
                Awaitility.await().until(() -> fixture.statistics().creationFailures() == 1);
                assertThat(PoolFixture.query(held, "SELECT 1")).isEqualTo("1");

                Files.writeString(file, "second\n");
                CompletableFuture<Void> fresh = CompletableFuture.runAsync(() -> borrow(fixture));
                Awaitility.await().until(() -> {
                    fixture.tick();
                    return fresh.isDone();
                });
                assertThat(fresh).isCompleted();
            }

            assertThat(fixture.idle()).contains(old).hasSize(2);
        } finally {
            postgres.execute("DROP ROLE " + ROLE);
        }
    }

    private static void borrow(PoolFixture fixture) {
        try (Connection connection = fixture.dataSource.getConnection()) {
            PoolFixture.query(connection, "SELECT 1");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theMigrationWaitsForTheServerRunsOnceAndForgetsTheAdministrator() throws Exception {
        try (TestPostgres postgres = TestPostgres.builder().start();
                FaultProxy proxy = FaultProxy.to(postgres)) {
            MigrationBeforeLogin migration = new MigrationBeforeLogin(settings(proxy, postgres), Ticker.SYSTEM);
            try (PoolFixture fixture = PoolFixture.through(proxy, postgres)
                    .with(Setting.DB_USER, "terafy_app")
                    .with(Setting.DB_PASSWORD, "app-secret")
                    .after(migration)
                    .open()) {
                proxy.refuse();
                fixture.pool.sessions().resize(1, PoolFixture.MAX);
                Awaitility.await().until(() -> fixture.statistics().creationFailures() >= 1);
                assertThat(due(migration)).isNotNull();

                proxy.open();
                try (Connection connection = fixture.dataSource.getConnection()) {
                    assertThat(PoolFixture.query(connection, "SELECT current_user"))
                            .isEqualTo("terafy_app");
                }

                assertThat(due(migration)).isNull();
                proxy.refuse();
                assertThatCode(migration::prepare).doesNotThrowAnyException();
            }
        }
    }

    @Test
    void theMigrationTakesBothPasswordsFromWhereTheServerKeepsThem(@TempDir Path directory) throws Exception {
        try (TestPostgres postgres = TestPostgres.builder().start();
                KeptPasswords kept = new KeptPasswords(directory.resolve("store.cs"))) {
            kept.keep("app", "app-secret");
            kept.rule(KeptPasswords.of("terafy_app"), kept.reference("app"));
            kept.rule(KeptPasswords.of(TestPostgres.SUPERUSER), kept.reference("admin"));
            PoolSettings settings = read(Map.of(
                    "DB_HOST", postgres.host(),
                    "DB_PORT", Integer.toString(postgres.port()),
                    "DB_ADMIN_USER", TestPostgres.SUPERUSER));
            MigrationBeforeLogin migration = new MigrationBeforeLogin(settings, Ticker.SYSTEM);
            assertThatThrownBy(migration::prepare)
                    .hasMessageContainingAll(
                            "TERAFY0304", "failed as postgres: The password of postgres cannot be read: the server's")
                    .hasMessageNotContaining("TERAFY0306");

            kept.keep("admin", postgres.password());
            migration.prepare();

            postgres.connect("terafy_app", "app-secret").close();
        }
    }

    @Test
    void aRefusedAdministratorIsNotTakenForAnOutage() throws Exception {
        try (TestPostgres postgres = TestPostgres.builder().start();
                FaultProxy proxy = FaultProxy.to(postgres)) {
            PoolSettings wrong = read(Map.of(
                    "DB_HOST",
                    proxy.host(),
                    "DB_PORT",
                    Integer.toString(proxy.port()),
                    "DB_PASSWORD",
                    "app-secret",
                    "DB_ADMIN_USER",
                    TestPostgres.SUPERUSER,
                    "DB_ADMIN_PASSWORD",
                    "wr0ng-admin"));

            assertThatThrownBy(new MigrationBeforeLogin(wrong, Ticker.SYSTEM)::prepare)
                    .isInstanceOfSatisfying(SQLException.class, e -> {
                        assertThat(com.terafy.ra.errors.PostgresErrors.mayPass(e))
                                .isFalse();
                        assertThat(e.getMessage()).doesNotContain("wr0ng-admin");
                    });
        }
    }

    /** There is no other way to see that the credentials are gone. */
    private static Object due(MigrationBeforeLogin migration) throws ReflectiveOperationException {
        Field due = MigrationBeforeLogin.class.getDeclaredField("due");
        due.setAccessible(true);
        return due.get(migration);
    }

    private static PoolSettings settings(FaultProxy proxy, TestPostgres postgres) throws Exception {
        return read(Map.of(
                "DB_HOST", proxy.host(),
                "DB_PORT", Integer.toString(proxy.port()),
                "DB_PASSWORD", "app-secret",
                "DB_ADMIN_USER", TestPostgres.SUPERUSER,
                "DB_ADMIN_PASSWORD", postgres.password()));
    }

    private static PoolSettings read(Map<String, String> environment) throws Exception {
        return SettingsReader.read("TerafyDS", List.of(SettingsSource.environment(environment)), Set.of(), Set.of());
    }
}
