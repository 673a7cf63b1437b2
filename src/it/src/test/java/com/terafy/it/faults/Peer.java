package com.terafy.it.faults;

/** What is compared, each with 10 connections and otherwise as it is by default; see peers.cli. */
enum Peer {
    TERAFY("Terafy", "TerafyDS"),
    WILDFLY("WildFly's datasource", "jboss/datasources/WildFlyDS"),
    VALIDATED("… validate-on-match", "jboss/datasources/ValidatedDS"),
    AGROAL("WildFly's Agroal", "jboss/datasources/AgroalDS"),
    HIKARI("HikariCP in the WAR", HikariPeer.NAME);

    private final String title;
    private final String lookup;

    Peer(String title, String lookup) {
        this.title = title;
        this.lookup = lookup;
    }

    String title() {
        return title;
    }

    /** Its name for {@link LoadServlet}. */
    String lookup() {
        return lookup;
    }

    /** Its name in the management model. */
    String resource() {
        return lookup.substring(lookup.lastIndexOf('/') + 1);
    }
}
