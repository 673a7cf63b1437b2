package com.terafy.it.versions;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The oldest WildFly of the table in the README, with the oldest PostgreSQL; the other tests have the newest. */
@Tag("unchanged-server")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OldestVersionsIT {

    private ShortSuite suite;

    @BeforeAll
    void startServers() {
        suite = new ShortSuite(
                Path.of(System.getProperty("it.wildfly.oldest")),
                Path.of(System.getProperty("java.home")),
                Path.of(System.getProperty("it.postgresql.oldest")),
                Path.of(System.getProperty("it.base")).resolveSibling("oldest-server"),
                Path.of(System.getProperty("it.driver")));
    }

    @AfterAll
    void stopServers() {
        if (suite != null) {
            suite.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void worksAsOnTheNewest(Check check) {
        suite.run(check);
    }
}
