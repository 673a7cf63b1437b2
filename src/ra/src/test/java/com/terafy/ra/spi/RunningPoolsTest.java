package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.PoolOperations;
import com.terafy.api.TerafyDataSource;
import jakarta.resource.ResourceException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which pools a data source tells of; each has an adapter of its own, as in WildFly. The server is not there. */
class RunningPoolsTest {

    private static final String NOBODY_LISTENS = "1";

    private final List<TerafyResourceAdapter> adapters = new ArrayList<>();

    @AfterEach
    void stop() {
        adapters.forEach(TerafyResourceAdapter::stop);
    }

    private TerafyDataSource start(String pool) throws ResourceException {
        TerafyResourceAdapter adapter = new TerafyResourceAdapter();
        adapters.add(adapter);
        TerafyManagedConnectionFactory factory = new TerafyManagedConnectionFactory();
        factory.setPoolName(pool);
        factory.setPort(NOBODY_LISTENS);
        factory.setResourceAdapter(adapter);
        TerafyDataSource dataSource =
                (TerafyDataSource) factory.createConnectionFactory(new FakeContainer(factory, new FakeRegistry()));
        adapter.start(new FakeBootstrap());
        return dataSource;
    }

    private static List<String> namesBy(TerafyDataSource dataSource) {
        return dataSource.pools().stream().map(PoolOperations::name).toList();
    }

    @Test
    void eachDataSourceTellsOfAllPoolsTheDefaultOneFirst() throws Exception {
        TerafyDataSource reporting = start("Reporting");
        TerafyDataSource usual = start(TerafyResourceAdapter.DEFAULT_POOL);
        start("Archive");

        assertThat(namesBy(usual)).containsExactly("TerafyDS", "Archive", "Reporting");
        assertThat(namesBy(reporting)).isEqualTo(namesBy(usual));
    }

    @Test
    void aPoolThatHasStoppedIsToldOfNoMore() throws Exception {
        TerafyDataSource usual = start(TerafyResourceAdapter.DEFAULT_POOL);
        start("Reporting");
        List<PoolOperations> before = usual.pools();

        adapters.get(1).stop();

        assertThat(namesBy(usual)).containsExactly("TerafyDS");
        assertThat(before).as("a copy").hasSize(2);
    }
}
