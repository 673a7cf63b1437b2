package com.terafy.it.differential;

import com.terafy.it.differential.inside.Place;
import com.terafy.it.differential.inside.Scenario;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A scenario in one of its places. */
record Row(Scenario scenario, Place place) {

    static Stream<Row> of(List<Scenario> scenarios) {
        return scenarios.stream()
                .flatMap(scenario -> scenario.places().stream().map(place -> new Row(scenario, place)));
    }

    @Override
    public String toString() {
        return scenario.name() + " [" + place.name().toLowerCase(Locale.ROOT) + "]";
    }
}
