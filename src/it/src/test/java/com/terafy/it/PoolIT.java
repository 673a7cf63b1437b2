package com.terafy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.testkit.Backend;
import java.util.List;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/** The pool from outside: its backends in pg_stat_activity, and what borrowers get. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PoolIT {

    private final Client client = Client.ofServer();

    @Deployment(name = "ear", order = 1, testable = false)
    static EnterpriseArchive ear() {
        return Archives.ear();
    }

    @Deployment(name = "probe", order = 2, testable = false)
    static WebArchive probe() {
        return Archives.probe();
    }

    static List<Backend> pooled() {
        return PooledBackends.of(SharedPostgres.get());
    }

    @Test
    @Order(1)
    void minimumIsFilledAtStart() {
        Awaiting.until("two backends", () -> pooled().size() == 2);
        assertThat(pooled()).allSatisfy(backend -> {
            assertThat(backend.usename()).isEqualTo("terafy_app");
            assertThat(backend.database()).isEqualTo("terafy_db");
        });
    }

    @Test
    void everyBackendIsTaggedWithNodeAndPoolAndInstance() {
        client.hold(3);
        assertThat(pooled())
                .extracting(Backend::applicationName)
                .hasSizeGreaterThanOrEqualTo(3)
                .allMatch(tag -> tag.matches("terafy/shared/TerafyDS/[0-9a-f]{8}"))
                .containsOnly(pooled().get(0).applicationName());
    }

    @Test
    void tenAtMostAndTheEleventhFailsWithAnSqlException() {
        List<String> lines = client.hold(11);
        assertThat(lines.subList(0, 10)).allMatch(line -> line.startsWith("pid "));
        assertThat(lines.subList(0, 10)).doesNotHaveDuplicates();
        assertThat(lines).hasSize(11);
        assertThat(lines.get(10)).startsWith("error ").contains("TerafyDS");
        assertThat(pooled()).hasSize(10);
    }

    @Test
    void afterTheEleventhFailedTheTenComeBack() {
        client.hold(11);
        assertThat(client.hold(10)).allMatch(line -> line.startsWith("pid "));
    }

    @Test
    void noSecretInLogAndManagementModel() {
        client.hold(1);
        String log = ServerLog.ofServer().text();
        try (Management management = Management.ofServer()) {
            for (String shown : List.of(log, management.wholeModel())) {
                assertThat(shown)
                        .doesNotContain(System.getProperty("it.app.password"))
                        .doesNotContain(System.getProperty("it.admin.password"));
            }
        }
    }
}
