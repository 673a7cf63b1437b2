package com.terafy.cleanup;

import com.terafy.cleanup.database.Activity;
import com.terafy.cleanup.policy.Backend;
import com.terafy.cleanup.policy.CleanupPlan;
import com.terafy.cleanup.policy.Sightings;
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
    private Sightings sightings;
    private Set<Backend> announced = Set.of();
    private int skips;

    Memory(Sightings none) {
        this.sightings = none;
    }

    /** Of all looks, this one included, whoever asked for them; the gone among them. */
    Set<Integer> goneAfter(Activity look) {
        sightings = sightings.after(look.rows(), look.leased(), look.now());
        return sightings.gone();
    }

    /** Something failed: what was seen before proves nothing any more. */
    void forgetSightings() {
        sightings = sightings.forgotten();
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
