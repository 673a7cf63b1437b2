package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.pool.settings.Setting;
import com.terafy.testkit.TestPostgres;
import jakarta.resource.NotSupportedException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ResourceAdapterInternalException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From the start of the adapter to its stop (Jakarta Connectors 2.1, 6.3). */
class LifecycleTest {

    private static final TestPostgres POSTGRES = TestPostgres.shared();

    private final TerafyResourceAdapter adapter = new TerafyResourceAdapter();
    private final Map<Setting, String> settings = new EnumMap<>(Setting.class);

    @BeforeEach
    void nameTheServer() {
        set(Setting.DB_HOST, POSTGRES.host());
        set(Setting.DB_PORT, Integer.toString(POSTGRES.port()));
        set(Setting.DB_NAME, TestPostgres.DATABASE);
        set(Setting.DB_USER, TestPostgres.SUPERUSER);
        set(Setting.DB_PASSWORD, POSTGRES.password());
    }

    @AfterEach
    void stop() {
        adapter.stop();
        settings.keySet().forEach(setting -> System.clearProperty(setting.property()));
    }

    private void set(Setting setting, String value) {
        settings.put(setting, value);
        System.setProperty(setting.property(), value);
    }

    private static void await(String what, Callable<Boolean> condition) {
        Awaitility.await(what).atMost(Duration.ofSeconds(30)).until(condition);
    }

    private static long upkeepThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.equals("terafy-upkeep-Lifecycle") || name.equals("terafy-work-Lifecycle"))
                .count();
    }

    /** One of the test before may be about to end, and one that has nothing to do. */
    private static void awaitNoThread() {
        await("the end of the threads", () -> upkeepThreads() == 0);
    }

    @Test
    void wrongSettingsFailTheStartAndAreAllNamed() {
        set(Setting.DB_PORT, "0");
        set(Setting.DB_POOL_MIN, "many");

        assertThatThrownBy(() -> adapter.start(new FakeBootstrap()))
                .isInstanceOf(ResourceAdapterInternalException.class)
                .hasMessageContaining(Setting.DB_PORT.property())
                .hasMessageContaining(Setting.DB_POOL_MIN.property());
        awaitNoThread();
    }

    @Test
    void aServerThatIsAwayDoesNotFailTheStart() throws Exception {
        set(Setting.DB_PORT, "1");
        set(Setting.DB_ADMIN_USER, TestPostgres.SUPERUSER);
        set(Setting.DB_ADMIN_PASSWORD, POSTGRES.password());

        adapter.start(new FakeBootstrap());

        TerafyManagedConnectionFactory factory = factory();
        assertThat(factory.pool().sessions().sessions()).isEmpty();
        await("threads", () -> upkeepThreads() > 0);
    }

    private TerafyManagedConnectionFactory factory() throws ResourceException {
        TerafyManagedConnectionFactory factory = new TerafyManagedConnectionFactory();
        factory.setPoolName("Lifecycle");
        factory.setResourceAdapter(adapter);
        factory.createConnectionFactory(new FakeContainer(factory, new FakeRegistry()));
        return factory;
    }

    @Test
    void aPoolThatWasMadeBeforeTheStartIsFilledAfterIt() throws Exception {
        TerafyManagedConnectionFactory factory = factory();
        awaitNoThread();

        adapter.start(new FakeBootstrap());

        await("the minimum", () -> factory.pool().sessions().occupancy().idle() == 2);
    }

    @Test
    void stoppingEndsEveryConnectionAndThread() throws Exception {
        adapter.start(new FakeBootstrap());
        TerafyManagedConnectionFactory factory = factory();
        await("the minimum", () -> factory.pool().sessions().occupancy().idle() == 2);
        await("these and the lease's", () -> POSTGRES.backends(tagOf(factory)).size() == 3);

        adapter.stop();
        adapter.stop();

        assertThat(factory.pool().sessions().sessions()).isEmpty();
        await("the end of the backends", () -> POSTGRES.backends(tagOf(factory)).isEmpty());
        awaitNoThread();
    }

    private static String tagOf(TerafyManagedConnectionFactory factory) throws Exception {
        return factory.pool().identity().applicationName();
    }

    @Test
    void aFactorysOwnPropertiesGoBeforeTheAdapters() throws Exception {
        set(Setting.DB_NAME, "of_the_adapter");
        TerafyManagedConnectionFactory factory = new TerafyManagedConnectionFactory();
        factory.setResourceAdapter(adapter);
        factory.setDatabase("of_the_factory");

        assertThat(factory.pool().settings().server().database()).isEqualTo("of_the_factory");
        assertThat(factory.pool().settings().server().address()).contains(Integer.toString(POSTGRES.port()));
    }

    @Test
    void thereIsNoInboundCommunication() throws Exception {
        assertThatThrownBy(() -> adapter.endpointActivation(null, null))
                .isInstanceOf(NotSupportedException.class)
                .hasMessageContaining("TERAFY0225");
        adapter.endpointDeactivation(null, null);
        assertThat(adapter.getXAResources(null)).isEmpty();
    }
}
