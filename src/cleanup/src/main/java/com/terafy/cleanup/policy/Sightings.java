package com.terafy.cleanup.policy;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Since when whom has been seen quiet, unchanged in look after look. A new value for every look.
 *
 * @param absence for how long that must have been
 * @param since first look of the unbroken row of them that saw it so; nanoseconds of a clock that nobody sets
 * @param last when the last look was
 */
public record Sightings(Absence absence, Map<Quiet, Long> since, long last) {

    public Sightings {
        since = Map.copyOf(since);
    }

    /** Before the first look, or after one that failed: what was seen before proves nothing any more. */
    public static Sightings none(Absence absence) {
        return new Sightings(absence, Map.of(), 0);
    }

    /**
     * With one more look.
     *
     * @param quiet whom it saw quiet
     * @param nanos when it was
     */
    public Sightings after(Set<Quiet> quiet, long nanos) {
        Map<Quiet, Long> known = nanos - last > absence.gap().toNanos() ? Map.of() : since;
        Map<Quiet, Long> next = new HashMap<>();
        quiet.forEach(one -> next.put(one, known.getOrDefault(one, nanos)));
        return new Sightings(absence, next, nanos);
    }

    /** Who has been so for long enough. */
    public Set<Quiet> lasting() {
        return since.entrySet().stream()
                .filter(each -> last - each.getValue() >= absence.seen().toNanos())
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }
}
