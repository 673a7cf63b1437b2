package com.terafy.it;

import java.io.File;
import java.nio.file.Path;
import org.assertj.core.api.Assertions;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.EmptyAsset;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** What the tests deploy. */
public final class Archives {

    private Archives() {}

    public static Path earFile() {
        return Path.of(System.getProperty("it.ear")).normalize();
    }

    public static Path practiceFile() {
        return Path.of(System.getProperty("it.example")).normalize();
    }

    public static EnterpriseArchive ear() {
        return ShrinkWrap.createFromZipFile(EnterpriseArchive.class, earFile().toFile());
    }

    public static WebArchive practice() {
        return ShrinkWrap.createFromZipFile(WebArchive.class, practiceFile().toFile());
    }

    /** An application that answers about the pool from inside, see {@link ProbeServlet}. */
    public static WebArchive probe() {
        return ShrinkWrap.create(WebArchive.class, "probe.war").addClass(ProbeServlet.class);
    }

    /** An application that writes to two databases in one transaction, see {@link TransferServlet}. */
    public static WebArchive transfer() {
        return ShrinkWrap.create(WebArchive.class, "transfer.war").addClass(TransferServlet.class);
    }

    /** An application for tests that run in the server. */
    public static WebArchive inServer(String name, Class<?>... classes) {
        return ShrinkWrap.create(WebArchive.class, name)
                .addClasses(classes)
                .addAsLibrary(fileOf(Assertions.class))
                .addAsLibrary(fileOf(net.bytebuddy.ByteBuddy.class))
                .addAsWebInfResource(EmptyAsset.INSTANCE, "beans.xml");
    }

    private static File fileOf(Class<?> type) {
        return Path.of(java.net.URI.create(
                        type.getProtectionDomain().getCodeSource().getLocation().toString()))
                .toFile();
    }
}
