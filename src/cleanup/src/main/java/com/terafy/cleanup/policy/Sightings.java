package com.terafy.cleanup.policy;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Since when each pool instance has been seen silent, look after look. A new value for every look.
 *
 * @param absence what makes an instance gone
 * @param since first look of the unbroken row of them that saw it silent; nanoseconds of a clock that nobody sets
 * @param last when the last look was
 */
public record Sightings(Absence absence, Map<Integer, Long> since, long last) {

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
     * @param silent those that it saw silent
     * @param nanos when it was
     */
    public Sightings after(Set<Integer> silent, long nanos) {
        Map<Integer, Long> known = nanos - last > absence.gap().toNanos() ? Map.of() : since;
        Map<Integer, Long> next = new HashMap<>();
        silent.forEach(instance -> next.put(instance, known.getOrDefault(instance, nanos)));
        return new Sightings(absence, next, nanos);
    }

    /** Pool instances that have gone. */
    public Set<Integer> gone() {
        return since.entrySet().stream()
                .filter(each -> last - each.getValue() >= absence.seen().toNanos())
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }
}
