package com.terafy.it;

import com.terafy.testkit.TestPostgres;
import org.jspecify.annotations.Nullable;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * The database of the shared server. It starts before any test, because Arquillian starts WildFly before the first
 * class, and WildFly's environment, which names port and passwords, is that of this JVM.
 */
public final class SharedPostgres implements LauncherSessionListener {

    private static @Nullable TestPostgres server;

    public static TestPostgres get() {
        if (server == null) {
            throw new IllegalStateException("Only the tests of the shared server have it, see pom.xml");
        }
        return server;
    }

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        if (Boolean.getBoolean("it.shared") && server == null) {
            server = TestPostgres.builder()
                    .port(Integer.getInteger("it.postgres.port"))
                    .password(System.getProperty("it.admin.password"))
                    .with("max_prepared_transactions", "20")
                    .start();
        }
    }

    @Override
    public void launcherSessionClosed(LauncherSession session) {
        // The JVM's end closes the database, after WildFly, which Arquillian stops with the last test.
    }
}
