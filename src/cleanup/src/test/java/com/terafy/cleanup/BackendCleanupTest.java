package com.terafy.cleanup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

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

    private static final Instant NEXT = Instant.parse("2025-11-24T12:00:30Z");

    private final RecordingLog log = RecordingLog.of(BackendCleanup.class);
    private final List<String> started = new ArrayList<>();

    @AfterEach
    void stopRecording() {
        log.close();
    }

    @Test
    void oneTimerMakesPasses() throws Exception {
        BackendCleanup cleanup = start(Map.of());
        assertThat(started).containsExactly("backend cleanup after 0 every 30000 not persistent");
        assertThat(cleanup.nextRun()).contains(NEXT);
        assertThat(log.messages()).singleElement().asString().startsWith("TERAFY0401: Pool TerafyDS: ");
    }

    @Test
    void whereItsPassesAreRarerItLooksAllTheSame() throws Exception {
        start(Map.of("DB_CLEANUP_INTERVAL", "31s"));
        assertThat(started)
                .containsExactly(
                        "backend cleanup after 0 every 31000 not persistent",
                        "who lives after 0 every 30000 not persistent");
    }

    @Test
    void switchedOffItOnlyLooks() throws Exception {
        BackendCleanup cleanup = start(Map.of("DB_CLEANUP_ENABLED", "false"));
        assertThat(started).containsExactly("who lives after 0 every 30000 not persistent");
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

    private BackendCleanup start(Map<String, String> settings) throws Exception {
        PoolOperations pool = fake(
                PoolOperations.class,
                (self, method, arguments) -> method.getName().equals("name") ? "TerafyDS" : settings);
        TerafyDataSource dataSource = fake(
                TerafyDataSource.class,
                (self, method, arguments) -> method.getName().equals("unwrap") ? self : pool);
        Timer timer = fake(Timer.class, (self, method, arguments) -> Date.from(NEXT));
        TimerService timers = fake(TimerService.class, (self, method, arguments) -> {
            TimerConfig config = (TimerConfig) arguments[2];
            started.add(config.getInfo() + " after " + arguments[0] + " every " + arguments[1]
                    + (config.isPersistent() ? " persistent" : " not persistent"));
            return timer;
        });
        BackendCleanup cleanup = new BackendCleanup(dataSource, timers);
        cleanup.start();
        return cleanup;
    }

    private static <T> T fake(Class<T> type, InvocationHandler answers) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, answers));
    }
}
