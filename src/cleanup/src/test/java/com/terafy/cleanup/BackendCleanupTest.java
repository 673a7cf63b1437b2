package com.terafy.cleanup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.api.PoolIdentity;
import com.terafy.api.PoolOperations;
import com.terafy.api.TerafyDataSource;
import com.terafy.testkit.RecordingLog;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.ejb.Timeout;
import jakarta.ejb.Timer;
import jakarta.ejb.TimerConfig;
import jakarta.ejb.TimerService;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which timers the EJB starts. That a container accepts it is tested where the EAR is. */
class BackendCleanupTest {

    private static final String TAG = "terafy/node/TerafyDS/00000001";
    private static final String PASSES = "backend cleanup of " + TAG;
    private static final String LOOKS = "who lives of " + TAG + " after 0 every 30000 not persistent";
    private static final String POOLS = "which pools after 0 every 5000 not persistent";

    private static final Instant NEXT = Instant.parse("2025-11-24T12:00:30Z");

    private final RecordingLog log = RecordingLog.of(BackendCleanup.class);
    private final List<PoolOperations> pools = new ArrayList<>();
    private final List<String> started = new ArrayList<>();
    private final List<String> cancelled = new ArrayList<>();

    @AfterEach
    void stopRecording() {
        log.close();
    }

    @Test
    void oneTimerMakesPasses() throws Exception {
        BackendCleanup cleanup = start(Map.of());
        assertThat(started).containsExactly(PASSES + " after 0 every 30000 not persistent", POOLS);
        assertThat(cleanup.nextRun()).contains(NEXT);
        assertThat(log.messages()).singleElement().asString().startsWith("TERAFY0401: Pool TerafyDS: ");
    }

    @Test
    void whereItsPassesAreRarerItLooksAllTheSame() throws Exception {
        start(Map.of("DB_CLEANUP_INTERVAL", "31s"));
        assertThat(started).containsExactly(PASSES + " after 0 every 31000 not persistent", LOOKS, POOLS);
    }

    @Test
    void switchedOffItOnlyLooks() throws Exception {
        BackendCleanup cleanup = start(Map.of("DB_CLEANUP_ENABLED", "false"));
        assertThat(started).containsExactly(LOOKS, POOLS);
        assertThat(cleanup.nextRun()).isEmpty();
        assertThat(log.messages()).singleElement().asString().startsWith("TERAFY0402: Pool TerafyDS: ");
    }

    @Test
    void aSettingThatCannotBeReadFailsTheStart() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> start(Map.of("DB_CLEANUP_SCOPE", "all")))
                .withMessageStartingWith("TERAFY0409: ");
    }

    @Test
    void anotherDataSourceOfThatNameFailsTheStart() {
        SQLException cause = new SQLException("not a wrapper");
        DataSource other = fake(DataSource.class, (self, method, arguments) -> {
            throw cause;
        });
        BackendCleanup cleanup = new BackendCleanup(other, fake(TimerService.class, (self, method, arguments) -> null));
        assertThatIllegalStateException()
                .isThrownBy(cleanup::start)
                .withMessageStartingWith("TERAFY0415: java:/TerafyDS is not Terafy's: not a wrapper. Remove ")
                .withCause(cause);
    }

    /** Weld warns of one that does, at each deployment: WELD-001471. */
    @Test
    void noCallbackOfTheContainerThrowsWhatIsChecked() {
        assertThat(BackendCleanup.class.getDeclaredMethods())
                .filteredOn(method -> method.isAnnotationPresent(PostConstruct.class)
                        || method.isAnnotationPresent(PreDestroy.class)
                        || method.isAnnotationPresent(Timeout.class))
                .hasSize(3)
                .allSatisfy(method -> assertThat(method.getExceptionTypes()).isEmpty());
    }

    @Test
    void eachDatabaseIsCleanedOnce() throws Exception {
        pools.add(pool("TerafyDS", 1, Map.of("DB_CLEANUP_ENABLED", "false")));
        pools.add(pool("Archive", 2, Map.of()));
        pools.add(pool("Reporting", 3, Map.of()));
        pools.add(pool("Elsewhere", 4, Map.of("DB_NAME", "elsewhere")));
        start();

        assertThat(log.messages())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("TERAFY0402: Pool TerafyDS: "),
                        line -> assertThat(line).startsWith("TERAFY0401: Pool Archive: "),
                        line -> assertThat(line)
                                .isEqualTo(
                                        "TERAFY0418: Pool Reporting: backend cleanup: the pool Archive does it for this"
                                                + " database, by its settings; it is done once."),
                        line -> assertThat(line).startsWith("TERAFY0401: Pool Elsewhere: "));
        assertThat(started)
                .filteredOn(timer -> timer.startsWith("backend cleanup"))
                .extracting(timer -> timer.split("/")[2])
                .containsExactly("Archive", "Elsewhere");
        assertThat(started)
                .filteredOn(timer -> timer.startsWith("who lives"))
                .extracting(timer -> timer.split("/")[2])
                .containsExactly("TerafyDS", "Reporting");
    }

    @Test
    void whereThePoolThatCleanedHasGoneTheNextOfItsDatabaseDoes() throws Exception {
        pools.add(pool("TerafyDS", 1, Map.of()));
        pools.add(pool("Reporting", 2, Map.of()));
        BackendCleanup cleanup = start();
        assertThat(cleanup.of("Reporting").nextRun()).isEmpty();
        assertThat(cleanup.of("Reporting").doneBy()).contains("TerafyDS");
        assertThat(cleanup.doneBy()).isEmpty();

        pools.remove(0);
        lookForPools(cleanup);

        assertThat(cancelled).containsExactly(PASSES, "who lives of terafy/node/Reporting/00000002");
        assertThat(cleanup.of("Reporting").nextRun()).contains(NEXT);
        assertThat(cleanup.of("Reporting").doneBy()).isEmpty();
        assertThat(cleanup.nextRun()).as("of TerafyDS").isEmpty();
        assertThatThrownBy(cleanup::plan).hasMessageStartingWith("TERAFY0419: Pool TerafyDS: ");
    }

    @Test
    void aPoolThatComesOrIsStartedAnewIsFollowedWhenItIsSeen() throws Exception {
        pools.add(pool("TerafyDS", 1, Map.of()));
        BackendCleanup cleanup = start();
        lookForPools(cleanup);
        assertThat(started).as("nothing new").hasSize(2);

        pools.add(pool("Reporting", 2, Map.of("DB_NAME", "reports")));
        lookForPools(cleanup);
        assertThat(cleanup.of("Reporting").nextRun()).contains(NEXT);

        pools.set(1, pool("Reporting", 3, Map.of("DB_NAME", "reports")));
        lookForPools(cleanup);
        assertThat(started)
                .filteredOn(timer -> timer.contains("/Reporting/"))
                .extracting(timer -> timer.split(" after ")[0])
                .containsExactly(
                        "backend cleanup of terafy/node/Reporting/00000002",
                        "backend cleanup of terafy/node/Reporting/00000003");
        assertThat(cancelled).containsExactly("backend cleanup of terafy/node/Reporting/00000002");
    }

    private static PoolOperations pool(String name, int instance, Map<String, String> settings) {
        return fake(PoolOperations.class, (self, method, arguments) -> switch (method.getName()) {
            case "name" -> name;
            case "identity" -> new PoolIdentity("node", name, instance);
            default -> settings;
        });
    }

    private static void lookForPools(BackendCleanup cleanup) {
        cleanup.tick(fake(Timer.class, (self, method, arguments) -> "which pools"));
    }

    private BackendCleanup start(Map<String, String> settings) throws Exception {
        pools.add(pool("TerafyDS", 1, settings));
        return start();
    }

    private BackendCleanup start() throws Exception {
        TerafyDataSource dataSource = fake(
                TerafyDataSource.class,
                (self, method, arguments) -> method.getName().equals("unwrap") ? self : List.copyOf(pools));
        TimerService timers = fake(TimerService.class, (self, method, arguments) -> {
            TimerConfig config = (TimerConfig) arguments[2];
            started.add(config.getInfo() + " after " + arguments[0] + " every " + arguments[1]
                    + (config.isPersistent() ? " persistent" : " not persistent"));
            return fake(Timer.class, (timer, asked, none) -> {
                if (asked.getName().equals("cancel")) {
                    cancelled.add(String.valueOf(config.getInfo()));
                    return null;
                }
                return Date.from(NEXT);
            });
        });
        BackendCleanup cleanup = new BackendCleanup(dataSource, timers);
        cleanup.start();
        return cleanup;
    }

    private static <T> T fake(Class<T> type, InvocationHandler answers) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, answers));
    }
}
