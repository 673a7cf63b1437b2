package com.terafy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.testkit.Backend;
import java.util.List;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the operations of WildFly's own management on the pool mean: each line of the table in session-pool.md. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class ContainerOperationsIT {

    private final Client client = Client.ofServer();
    private final Management management = Management.ofServer();

    @Deployment(name = "ear", order = 1, testable = false)
    static EnterpriseArchive ear() {
        return Archives.ear();
    }

    @Deployment(name = "keeping", order = 2, testable = false)
    static WebArchive keeping() {
        return ShrinkWrap.create(WebArchive.class, "keeping.war").addClass(KeepingServlet.class);
    }

    @BeforeEach
    void awaitMinimum() {
        Awaiting.until("the minimum", () -> backends().size() >= 2);
    }

    @AfterEach
    void close() {
        management.close();
    }

    private static List<Long> backends() {
        return PooledBackends.of(SharedPostgres.get()).stream()
                .map(Backend::pid)
                .toList();
    }

    private String keeping(String what) {
        return client.get("/keeping/?do=" + what).body().strip();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "flush-idle-connection-in-pool",
                "flush-invalid-connection-in-pool",
                "flush-gracefully-connection-in-pool",
                "flush-all-connection-in-pool"
            })
    void flushEndsNoSessionAndHurtsNoBorrower(String operation) {
        assertThat(keeping("borrow")).isEqualTo("done");
        String backend = keeping("use");
        List<Long> before = backends();

        management.poolOperation(operation);

        assertThat(keeping("use")).isEqualTo(backend).startsWith("pid ");
        assertThat(keeping("close")).isEqualTo("done");
        assertThat(backends()).containsAll(before);
        assertThat(keeping("borrow")).isEqualTo("done");
        assertThat(before)
                .as("no new session")
                .contains(Long.valueOf(keeping("use").substring("pid ".length())));
        assertThat(keeping("close")).isEqualTo("done");
    }

    @Test
    void whatWasFlushedInUseTakesPartInNoLaterTransaction() {
        keeping("borrow");
        String backend = keeping("use");
        management.poolOperation("flush-all-connection-in-pool");

        assertThat(keeping("useInTransaction")).startsWith("error 08003 TERAFY0282");
        assertThat(keeping("use")).isEqualTo(backend);
        keeping("close");
    }

    @Test
    void testConnectionAsksTheServer() {
        assertThat(management.poolOperation("test-connection-in-pool")).contains("true");
    }
}
