package com.terafy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.it.monitor.Rest;
import com.terafy.it.monitor.User;
import com.terafy.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The EAR is deployed again and again while an application that uses it stays: nothing of the old ones is left. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class RedeployIT {

    private static final int REDEPLOYS = 20;

    /**
     * Some of the old deployments may be reachable until something else takes their place: each idle thread of WildFly's
     * pools keeps its last task, and a call site of the JDK its last type (MethodHandle.asTypeCache, until JDK 21). That
     * is 2 or 3, however often one deploys; what the EAR forgot would be kept by all 20.
     */
    private static final long KEPT_BY_THE_SERVER = 8;

    private static final String EAR = Archives.earFile().getFileName().toString();
    private static final String ADAPTER = "com.terafy.ra.spi.TerafyResourceAdapter";

    /** The driver's own thread ends that long after the last connection; 30 s unless told. */
    private static final String DRIVER_THREAD_LIMIT = "pgjdbc.config.cleanup.thread.ttl";

    private final TestPostgres postgres = SharedPostgres.get();
    private final Client client = Client.ofServer();
    private final Management management = Management.ofServer();
    private final ServerJvm jvm = ServerJvm.of(management.pid());
    private final Rest rest = new Rest();

    @Deployment(testable = false)
    static WebArchive application() {
        return ShrinkWrap.create(WebArchive.class, "lookup.war").addClass(LookupServlet.class);
    }

    @BeforeEach
    void prepare() {
        User.makeKnown();
        management.setProperty(DRIVER_THREAD_LIMIT, "500");
    }

    @AfterEach
    void putBack() {
        management.undeploy(EAR);
        management.removeProperty(DRIVER_THREAD_LIMIT);
        jvm.close();
        management.close();
    }

    @Test
    void twentyRedeploysLeaveNothingBehind() throws SQLException {
        management.deploy(Archives.earFile());
        use();
        management.undeploy(EAR);
        awaitEndOfBackendsAndThreads();
        Map<String, Long> threads = jvm.threads();
        Set<String> beans = jvm.beanNames();

        management.deploy(Archives.earFile());
        for (int i = 0; i < REDEPLOYS; i++) {
            use();
            management.redeploy(EAR);
        }
        use();
        Awaiting.that("the pool", () -> assertThat(PooledBackends.of(postgres)).hasSize(2));
        assertThat(leases()).as("one pool").isEqualTo("1");
        Awaiting.that(
                "one thread of each kind, workers at rest",
                () -> assertThat(ours(jvm.threads()))
                        .allSatisfy((name, count) -> assertThat(count).isEqualTo(1)));

        management.undeploy(EAR);
        awaitEndOfBackendsAndThreads();
        Awaiting.that("adapters", () -> assertThat(jvm.instances(ADAPTER)).isLessThanOrEqualTo(KEPT_BY_THE_SERVER));
        Awaiting.that(
                "class loaders",
                () -> assertThat(ours(jvm.classLoaders()))
                        .allSatisfy((name, count) -> assertThat(count).isLessThanOrEqualTo(KEPT_BY_THE_SERVER)));
        assertThat(jvm.threads())
                .as("of the server")
                .allSatisfy(
                        (name, count) -> assertThat(count).isLessThan(threads.getOrDefault(name, 0L) + REDEPLOYS / 2));
        assertThat(jvm.beanNames())
                .as("none is new; the server may have let go of one of its own")
                .isSubsetOf(beans);
        assertThat(leases()).isEqualTo("0");
        assertThat(advisoryLocks()).isEqualTo("0");
    }

    /** By an application and by somebody who looks at the dashboard. */
    private void use() {
        assertThat(client.get("/lookup/").body()).startsWith("pid ");
        assertThat(rest.get(User.WATCHER, "/pools/TerafyDS").status()).isEqualTo(200);
    }

    private void awaitEndOfBackendsAndThreads() {
        Awaiting.that("backends", () -> assertThat(postgres.backends("terafy/")).isEmpty());
        Awaiting.that(
                "our threads and the driver's",
                () -> assertThat(ours(jvm.threads())).isEmpty());
    }

    private static Map<String, Long> ours(Map<String, Long> counts) {
        Map<String, Long> ours = new TreeMap<>(counts);
        ours.keySet().removeIf(name -> !name.matches("(?i).*(terafy|postgres).*"));
        return ours;
    }

    private String advisoryLocks() throws SQLException {
        return ask("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'");
    }

    private String leases() throws SQLException {
        return ask("SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'terafy/%/lease'");
    }

    private String ask(String sql) throws SQLException {
        try (Connection connection = postgres.superuser();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
