package com.terafy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.it.monitor.Rest;
import com.terafy.it.monitor.User;
import com.terafy.testkit.TestPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The EAR is deployed again and again while an application that uses it stays: nothing of the old ones is left. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class RedeployIT {

    private static final int REDEPLOYS = 20;

    /**
     * The last deployment is reachable until something else takes its place: in a call site of the JDK
     * (MethodHandle.asTypeCache, until JDK 21) and in a thread of WildFly's pools (its last task, here that of a timer).
     */
    private static final long KEPT_BY_THE_SERVER = 3;

    private static final String ADAPTER = "com.terafy.ra.spi.TerafyResourceAdapter";

    /** The driver's own thread ends that long after the last connection; 30 s unless told. */
    private static final String DRIVER_THREAD_LIMIT = "pgjdbc.config.cleanup.thread.ttl";

    private final TestPostgres postgres = SharedPostgres.get();
    private final Client client = Client.ofServer();
    private final Management management = Management.ofServer();
    private final ServerJvm jvm = ServerJvm.of(management.pid());
    private final Rest rest = new Rest();

    @BeforeEach
    void prepare() {
        User.makeKnown();
        management.setProperty(DRIVER_THREAD_LIMIT, "500");
    }

    @AfterEach
    void putBack() {
        undeploy();
        management.removeProperty(DRIVER_THREAD_LIMIT);
        jvm.close();
        management.close();
    }

    @Test
    void twentyRedeploysLeaveNothingBehind(@TempDir Path directory) throws SQLException {
        Path probe = directory.resolve("probe.war");
        Archives.probe().as(ZipExporter.class).exportTo(probe.toFile());
        deploy(probe);
        undeploy();
        awaitEndOfBackendsAndThreads();
        Map<String, Long> threads = jvm.threads();
        Set<String> beans = jvm.beanNames();

        deploy(probe);
        for (int i = 0; i < REDEPLOYS; i++) {
            undeploy();
            deploy(probe);
        }
        Awaiting.that("the pool", () -> assertThat(PooledBackends.of(postgres)).hasSizeBetween(2, 3));
        assertThat(advisoryLocks()).as("leases: one pool").isEqualTo("1");
        assertThat(ours(jvm.threads()))
                .allSatisfy((name, count) -> assertThat(count).isEqualTo(1));
        awaitAdaptersAndClassLoaders(1 + KEPT_BY_THE_SERVER);

        undeploy();
        awaitEndOfBackendsAndThreads();
        awaitAdaptersAndClassLoaders(KEPT_BY_THE_SERVER);
        try { new ProcessBuilder("jcmd", "" + management.pid(), "GC.heap_dump", "-overwrite", "/tmp/conf.hprof").inheritIO().start().waitFor(); } catch (Exception x) { throw new IllegalStateException(x);}
        System.out.println("FIGURES " + ours(jvm.classLoaders()) + " before " + threads + " after " + jvm.threads());
        assertThat(jvm.threads().keySet()).isSubsetOf(threads.keySet());
        assertThat(jvm.beanNames()).isEqualTo(beans);
        assertThat(advisoryLocks()).isEqualTo("0");
    }

    private void awaitAdaptersAndClassLoaders(long most) {
        Awaiting.that("adapters", () -> assertThat(jvm.instances(ADAPTER)).isLessThanOrEqualTo(most));
        Awaiting.that(
                "class loaders",
                () -> assertThat(ours(jvm.classLoaders()))
                        .allSatisfy((name, count) -> assertThat(count).isLessThanOrEqualTo(most)));
    }

    private void deploy(Path probe) {
        management.deploy(Archives.earFile());
        management.deploy(probe);
        use();
    }

    private void undeploy() {
        management.undeploy("probe.war");
        management.undeploy(Archives.earFile().getFileName().toString());
    }

    /** By an application, a scrape and an operator. */
    private void use() {
        assertThat(client.hold(3)).allMatch(line -> line.startsWith("pid "));
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
        ours.keySet().removeIf(name -> !name.matches("(?i).*(terafy|postgres|probe).*"));
        return ours;
    }

    private String advisoryLocks() throws SQLException {
        try (Connection connection = postgres.superuser();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")) {
            row.next();
            return row.getString(1);
        }
    }
}
