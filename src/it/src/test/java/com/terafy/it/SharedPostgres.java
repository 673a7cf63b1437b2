package com.terafy.it;

import com.terafy.testkit.LocalPorts;
import com.terafy.testkit.TestPostgres;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * The database of the shared server, and the ports of both. They are there before any test, because Arquillian starts
 * WildFly before the first class. Two JVMs run the tests side by side, each with a server of its own.
 */
public final class SharedPostgres implements LauncherSessionListener {

    private static final List<String> PORTS =
            List.of("it.http.port", "it.https.port", "it.management.port", "it.management.https.port");

    private static @Nullable TestPostgres server;

    public static TestPostgres get() {
        if (server == null) {
            throw new IllegalStateException("Only the tests of the shared server have it, see pom.xml");
        }
        return server;
    }

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        if (System.getProperty("it.http.port") == null) {
            PORTS.forEach(port -> System.setProperty(port, Integer.toString(LocalPorts.free())));
        }
        if (Boolean.getBoolean("it.shared") && server == null) {
            server = TestPostgres.builder()
                    .password(System.getProperty("it.admin.password"))
                    .with("max_prepared_transactions", "20")
                    .start();
            System.setProperty("it.postgres.port", Integer.toString(server.port()));
        }
    }

    @Override
    public void launcherSessionClosed(LauncherSession session) {
        // The JVM's end closes the database, after WildFly, which Arquillian stops with the last test.
    }
}
