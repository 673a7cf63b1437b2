package com.terafy.it.differential.inside;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A row of the table.
 *
 * @param name a sentence; what it says is what both datasources, or Terafy alone, are expected to do
 * @param places where it runs, each for itself
 * @param code what it does
 * @param differences where Terafy is meant to differ; in no mode unless said
 */
public record Scenario(String name, List<Place> places, Code code, Map<Mode, Difference> differences) {

    public Scenario {
        places = List.copyOf(places);
        differences = Map.copyOf(differences);
    }

    /** In a request only. */
    static Scenario of(String name, Code code) {
        return new Scenario(name, List.of(Place.SERVLET), code, Map.of());
    }

    /** Wherever an application may begin transactions itself. */
    static Scenario everywhere(String name, Code code) {
        return of(name, code).in(Place.SERVLET, Place.BEAN, Place.TASK, Place.THREAD);
    }

    Scenario in(Place... where) {
        return new Scenario(name, List.of(where), code, differences);
    }

    /** In both modes alike. */
    Scenario differs(String reason, String... expected) {
        return differs(Mode.LOCAL, reason, expected).differs(Mode.XA, reason, expected);
    }

    Scenario differs(Mode mode, String reason, String... expected) {
        return with(mode, Difference.of(reason, true, expected));
    }

    /** In both modes alike; or it is the same as with WildFly's datasource. */
    Scenario mayDiffer(String reason, String... expected) {
        return mayDiffer(Mode.LOCAL, reason, expected).mayDiffer(Mode.XA, reason, expected);
    }

    Scenario mayDiffer(Mode mode, String reason, String... expected) {
        return with(mode, Difference.of(reason, false, expected));
    }

    private Scenario with(Mode mode, Difference difference) {
        Map<Mode, Difference> more = new EnumMap<>(Mode.class);
        more.putAll(differences);
        more.put(mode, difference);
        return new Scenario(name, places, code, more);
    }

    public Optional<Difference> difference(Mode mode) {
        return Optional.ofNullable(differences.get(mode));
    }
}
