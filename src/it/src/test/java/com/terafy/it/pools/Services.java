package com.terafy.it.pools;

import com.terafy.it.pools.inside.LookingUp;
import com.terafy.it.pools.inside.Reminder;
import com.terafy.it.pools.inside.Reminders;
import com.terafy.it.pools.inside.RemindersServlet;
import com.terafy.it.pools.inside.Schema;
import java.io.File;
import java.net.URI;
import org.flywaydb.core.Flyway;
import org.flywaydb.database.postgresql.PostgreSQLDatabaseType;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** Applications whose libraries and services keep their data in {@code java:/TerafyDS}. */
final class Services {

    private static final String PERSISTENCE = """
            <persistence xmlns="https://jakarta.ee/xml/ns/persistence" version="3.1">
                <persistence-unit name="reminders">
                    <jta-data-source>java:/TerafyDS</jta-data-source>
                </persistence-unit>
            </persistence>
            """;

    /** All timers of the application are kept where {@code database-data-store=terafy} says. */
    private static final String TIMERS = """
            <jboss:ejb-jar xmlns:jboss="urn:jboss:jakarta:2.0" xmlns="https://jakarta.ee/xml/ns/jakartaee"
                    xmlns:timer="urn:timer-service:2.0" version="4.0">
                <assembly-descriptor>
                    <timer:timer-service>
                        <ejb-name>*</ejb-name>
                        <timer:persistence-store-name>terafy</timer:persistence-store-name>
                    </timer:timer-service>
                </assembly-descriptor>
            </jboss:ejb-jar>
            """;

    /** As .github/decisions/server-services.md says for what looks up a name in code. */
    private static final String AFTER_THE_EAR = """
            <jboss xmlns="urn:jboss:1.0">
                <jboss-deployment-dependencies xmlns="urn:jboss:deployment-dependencies:1.0">
                    <dependency name="terafy.ear"/>
                </jboss-deployment-dependencies>
            </jboss>
            """;

    private Services() {}

    static WebArchive reminders() {
        return ShrinkWrap.create(WebArchive.class, "reminders.war")
                .addClasses(Reminder.class, Reminders.class, RemindersServlet.class, Schema.class)
                .addAsLibraries(jarOf(Flyway.class), jarOf(PostgreSQLDatabaseType.class))
                .addAsResource(
                        new StringAsset("CREATE TABLE reminder (id integer PRIMARY KEY, done boolean NOT NULL)"),
                        "db/migration/V1__reminder.sql")
                .addAsResource(new StringAsset(PERSISTENCE), "META-INF/persistence.xml")
                .addAsWebInfResource(new StringAsset(TIMERS), "jboss-ejb3.xml");
    }

    static WebArchive lookingUp() {
        return ShrinkWrap.create(WebArchive.class, "looking-up.war")
                .addClass(LookingUp.class)
                .addAsManifestResource(new StringAsset(AFTER_THE_EAR), "jboss-all.xml");
    }

    private static File jarOf(Class<?> type) {
        return new File(URI.create(
                type.getProtectionDomain().getCodeSource().getLocation().toString()));
    }
}
