package com.terafy.cleanup;

import com.terafy.cleanup.policy.Backend;
import com.terafy.cleanup.policy.CleanupPlan;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What is kept from pass to pass. For one thread at a time. */
final class Memory {

    /** Passes skipped in a row before an operator is told. */
    static final int SKIPS_WORTH_A_WORD = 20;

    /** What is said once in the life of the cleanup. */
    enum Once {
        NOT_ALLOWED,
        STATES_HIDDEN,
        TOO_MANY
    }

    private final Set<Once> said = EnumSet.noneOf(Once.class);
    private Set<Integer> unleased = Set.of();
    private Set<Backend> announced = Set.of();
    private int skips;

    /** Pool instances that had backends and no lease in the previous pass of the timer. */
    Set<Integer> unleased() {
        return unleased;
    }

    void unleased(Set<Integer> instances) {
        unleased = Set.copyOf(instances);
    }

    /** True the first time it is asked. */
    boolean isFirst(Once what) {
        return said.add(what);
    }

    /** Of those that a dry run chose, the ones that the dry run before did not; remembers them all. */
    List<CleanupPlan.Decision> newlyChosen(List<CleanupPlan.Decision> chosen) {
        List<CleanupPlan.Decision> fresh = chosen.stream()
                .filter(decision -> !announced.contains(decision.row().backend().orElseThrow()))
                .toList();
        announced = chosen.stream()
                .map(decision -> decision.row().backend().orElseThrow())
                .collect(Collectors.toUnmodifiableSet());
        return fresh;
    }

    /** Counts a pass that found the lock taken; true where an operator should be told. */
    boolean skipped() {
        return ++skips == SKIPS_WORTH_A_WORD;
    }

    void notSkipped() {
        skips = 0;
    }
}
