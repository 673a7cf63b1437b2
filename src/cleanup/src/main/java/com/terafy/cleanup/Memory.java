package com.terafy.cleanup;

import com.terafy.cleanup.policy.Absence;
import com.terafy.cleanup.policy.Backend;
import com.terafy.cleanup.policy.CleanupPlan;
import com.terafy.cleanup.policy.Quiet;
import com.terafy.cleanup.policy.Sightings;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What is kept from pass to pass. For one thread at a time. */
final class Memory {

    /** What is said once in the life of the cleanup. */
    enum Once {
        NOT_ALLOWED,
        STATES_HIDDEN,
        TOO_MANY
    }

    private final Set<Once> said = EnumSet.noneOf(Once.class);
    private final Set<Integer> otherRules = new HashSet<>();
    private String fleet = "";
    private volatile Sightings sightings; // forgotten also by one whom the lease has failed
    private Set<Backend> announced = Set.of();

    Memory(Absence absence) {
        this.sightings = Sightings.none(absence);
    }

    Absence absence() {
        return sightings.absence();
    }

    /** Who has been quiet for long enough in all looks, this one included, whoever asked for them. */
    Set<Quiet> lastingAfter(Set<Quiet> quiet) {
        sightings = sightings.after(quiet, System.nanoTime());
        return sightings.lasting();
    }

    /** True the first time for each instance that goes by other rules. */
    boolean isNewWithOtherRules(int instance) {
        return otherRules.add(instance);
    }

    /** True where this differs from what was said last of the pools of the server; empty where there is nothing to say. */
    boolean isNewOfTheFleet(String text) {
        boolean other = !text.isEmpty() && !text.equals(fleet);
        fleet = text;
        return other;
    }

    /** Something failed: what was seen before proves nothing any more. */
    void forgetSightings() {
        sightings = Sightings.none(absence());
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
}
