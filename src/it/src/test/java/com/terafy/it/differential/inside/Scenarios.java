package com.terafy.it.differential.inside;

import java.util.List;
import java.util.stream.Stream;

/** The table. */
public final class Scenarios {

    private static final List<Scenario> ALL = Stream.of(
                    Handles.all(),
                    Demarcation.all(),
                    Failures.all(),
                    Timeouts.all(),
                    Components.all(),
                    Synchronizations.all(),
                    Threads.all(),
                    States.all())
            .flatMap(List::stream)
            .toList();

    private Scenarios() {}

    public static List<Scenario> all() {
        return ALL;
    }

    static Scenario named(String name) {
        return Stream.concat(ALL.stream(), Forgotten.all().stream())
                .filter(scenario -> scenario.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
