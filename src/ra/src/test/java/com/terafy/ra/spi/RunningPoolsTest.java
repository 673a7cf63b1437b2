package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.api.PoolOperations;
import com.terafy.api.SettingOrigin;
import com.terafy.api.TerafyDataSource;
import com.terafy.api.text.PoolNames;
import com.terafy.testkit.RecordingLog;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ResourceAdapterInternalException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which pools a data source tells of; each has an adapter of its own, as in WildFly. The server is not there. */
class RunningPoolsTest {

    private static final String NOBODY_LISTENS = "1";

    private final List<TerafyResourceAdapter> adapters = new ArrayList<>();

    @AfterEach
    void stop() {
        adapters.forEach(TerafyResourceAdapter::stop);
    }

    /** As WildFly does. */
    private TerafyDataSource start(String pool) throws ResourceException {
        TerafyDataSource dataSource = make(pool);
        adapters.get(adapters.size() - 1).start(new FakeBootstrap());
        return dataSource;
    }

    private TerafyDataSource make(String pool) throws ResourceException {
        TerafyResourceAdapter adapter = new TerafyResourceAdapter();
        adapters.add(adapter);
        return make(pool, adapter);
    }

    private static TerafyDataSource make(String pool, TerafyResourceAdapter adapter) throws ResourceException {
        TerafyManagedConnectionFactory factory = new TerafyManagedConnectionFactory();
        factory.setPoolName(pool);
        factory.setPort(NOBODY_LISTENS);
        factory.setResourceAdapter(adapter);
        return (TerafyDataSource) factory.createConnectionFactory(new FakeContainer(factory, new FakeRegistry()));
    }

    private static List<String> namesBy(TerafyDataSource dataSource) {
        return dataSource.pools().stream().map(PoolOperations::name).toList();
    }

    @Test
    void eachDataSourceTellsOfAllPoolsTheDefaultOneFirst() throws Exception {
        TerafyDataSource reporting = start("Reporting");
        TerafyDataSource usual = start(PoolNames.DEFAULT);
        start("Archive");

        assertThat(namesBy(usual)).containsExactly("TerafyDS", "Archive", "Reporting");
        assertThat(namesBy(reporting)).isEqualTo(namesBy(usual));
    }

    @Test
    void aPoolThatHasStoppedIsToldOfNoMore() throws Exception {
        TerafyDataSource usual = start(PoolNames.DEFAULT);
        start("Reporting");
        List<PoolOperations> before = usual.pools();

        adapters.get(1).stop();

        assertThat(namesBy(usual)).containsExactly("TerafyDS");
        assertThat(before).as("a copy").hasSize(2);
    }

    /** What the container makes and does not start, as where the rest of a definition is wrong, is nobody's pool. */
    @Test
    void aPoolThatWasNotStartedIsNotToldOfAndTakesNoName() throws Exception {
        make("Reporting");

        assertThat(namesBy(start("Reporting"))).containsExactly("Reporting");
    }

    @ParameterizedTest
    @ValueSource(strings = {"my-pool", "My.Pool"})
    void noTwoPoolsHaveSettingsOfTheSameNames(String second) throws Exception {
        TerafyDataSource first = start("my-pool");

        assertThatThrownBy(() -> start(second))
                .isInstanceOf(ResourceAdapterInternalException.class)
                .hasMessage(
                        "TERAFY0267: Pool " + second + ": the pool my-pool runs already, and its settings have the same"
                                + " names (MY_POOL_DB_…). Give one of them another name.");

        assertThat(namesBy(first)).containsExactly("my-pool");
        adapters.get(0).stop();
        assertThat(namesBy(start(second))).as("the name is free again").containsExactly(second);
    }

    /** Other containers start the adapter before they make its pools. */
    @Test
    void norHasOneThatIsMadeAfterTheStart() throws Exception {
        TerafyDataSource first = start("Reporting");

        assertThatThrownBy(() -> make("Reporting", adapters.get(0))).hasMessageContaining("TERAFY0267");

        make("Archive", adapters.get(0));
        assertThat(namesBy(first)).containsExactly("Archive", "Reporting");
    }

    @Test
    void aPoolThatIsMadeTwiceIsOne() throws Exception {
        TerafyDataSource first = start("Reporting");
        TerafyResourceAdapter adapter = new TerafyResourceAdapter();
        adapters.add(adapter);
        adapter.start(new FakeBootstrap());
        TerafyManagedConnectionFactory factory = new TerafyManagedConnectionFactory();
        factory.setPoolName("Archive");
        factory.setPort(NOBODY_LISTENS);
        factory.setResourceAdapter(adapter);

        factory.createConnectionFactory(new FakeContainer(factory, new FakeRegistry()));
        factory.createConnectionFactory(new FakeContainer(factory, new FakeRegistry()));

        assertThat(namesBy(first)).containsExactly("Archive", "Reporting");
    }

    @Test
    void theLogSaysWhereTheSettingsComeFrom() throws Exception {
        System.setProperty("terafy.db.name", "common");
        System.setProperty("terafy.reporting.db.pool.max", "20");
        try (RecordingLog log = RecordingLog.of("com.terafy.adapter")) {
            TerafyDataSource reporting = start("Reporting");

            assertThat(log.messages())
                    .contains(
                            "TERAFY0266: Pool Reporting: settings of its own: config property for DB_PORT,"
                                    + " terafy.reporting.db.pool.max; inherited: terafy.db.name; the others have their defaults.");
            assertThat(reporting.operations().origins().get("DB_NAME").kind()).isEqualTo(SettingOrigin.Kind.INHERITED);
        } finally {
            System.clearProperty("terafy.db.name");
            System.clearProperty("terafy.reporting.db.pool.max");
        }
    }

    @Test
    void aPoolsOwnWrongSettingFailsThatPoolAlone() throws Exception {
        TerafyDataSource usual = start(PoolNames.DEFAULT);
        System.setProperty("terafy.reporting.db.pool.max", "none");
        try {
            assertThatThrownBy(() -> start("Reporting")).hasMessageContaining("terafy.reporting.db.pool.max");
        } finally {
            System.clearProperty("terafy.reporting.db.pool.max");
        }
        assertThat(namesBy(usual)).containsExactly("TerafyDS");
    }
}
