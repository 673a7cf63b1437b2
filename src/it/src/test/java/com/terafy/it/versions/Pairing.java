package com.terafy.it.versions;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which versions are tried together.
 *
 * @param wildfly for example {@code 39.0.1}
 * @param jdk the feature release, for example 17
 * @param postgres for example {@code 18.6}
 */
record Pairing(String wildfly, int jdk, String postgres) {

    /**
     * Each version once at least, and the corners: every server on the oldest JDK with the newest database, the newest
     * server on every JDK and with every database, the oldest server with the oldest database. Each list begins with the
     * oldest.
     */
    static List<Pairing> of(List<String> wildflies, List<Integer> jdks, List<String> databases) {
        int oldJdk = jdks.get(0);
        String oldServer = wildflies.get(0);
        String newServer = wildflies.get(wildflies.size() - 1);
        String newDatabase = databases.get(databases.size() - 1);
        Set<Pairing> pairings = new LinkedHashSet<>();
        pairings.add(new Pairing(oldServer, oldJdk, databases.get(0)));
        wildflies.forEach(server -> pairings.add(new Pairing(server, oldJdk, newDatabase)));
        databases.forEach(database -> pairings.add(new Pairing(newServer, oldJdk, database)));
        jdks.forEach(jdk -> pairings.add(new Pairing(newServer, jdk, newDatabase)));
        return new ArrayList<>(pairings);
    }

    @Override
    public String toString() {
        return "WildFly " + wildfly + ", JDK " + jdk + ", PostgreSQL " + postgres;
    }
}
