package com.terafy.ra.spi;

import com.terafy.testkit.TestPostgres;

/** Managed connection factories for tests. */
final class Factories {

    private Factories() {}

    /** One that logs in to the test's server as its superuser. */
    static TerafyManagedConnectionFactory on(TestPostgres postgres) {
        TerafyManagedConnectionFactory factory = new TerafyManagedConnectionFactory();
        factory.setHost(postgres.host());
        factory.setPort(Integer.toString(postgres.port()));
        factory.setDatabase(TestPostgres.DATABASE);
        factory.setUser(TestPostgres.SUPERUSER);
        factory.setPassword(postgres.password());
        return factory;
    }
}
