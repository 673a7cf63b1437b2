package com.terafy.cleanup.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Since when each pool instance has been seen without its lease, look after look, on the server's clock. Who looks and
 * how often does not matter: an instance is {@link #gone} by time. A new value for every look.
 *
 * <p>Three things begin the time anew: a look that sees the lease; a sign of life, which is a backend of the instance
 * that was started or changed its state since the last look, as by a live pool's validation and not in a dead client's session;
 * and a gap between two looks that is too long, for a lease may have come and gone in it. A failed look is forgotten
 * with all before it: go on from {@link #forgotten}.
 *
 * <p>So a live pool is never gone that is without its lease for less than {@link #absence} at a time, and between two
 * such times holds it for {@link #longestGap} or shows a sign of life.
 *
 * @param absence what makes an instance gone; longer than a live pool can be without its lease
 * @param longestGap longest time between two looks that belong together
 * @param since for each instance that was without its lease in the last look, since when; server's clock
 * @param last when the last look was; empty if there was none
 */
public record Sightings(Duration absence, Duration longestGap, Map<Integer, Instant> since, Optional<Instant> last) {

    /**
     * Three renewals of the lease make an instance gone. Looks come at every renewal, each 30 s; half as much again is
     * late, and one that is left out is a gap.
     */
    public static final Sightings USUAL = none(Duration.ofSeconds(90), Duration.ofSeconds(45));

    public Sightings {
        since = Map.copyOf(since);
        if (longestGap.compareTo(absence) >= 0) {
            throw new IllegalArgumentException("longestGap is " + longestGap + ", not shorter than absence, " + absence
                    + "; two looks prove nothing");
        }
    }

    /** Before the first look. */
    public static Sightings none(Duration absence, Duration longestGap) {
        return new Sightings(absence, longestGap, Map.of(), Optional.empty());
    }

    /** As before the first look. */
    public Sightings forgotten() {
        return none(absence, longestGap);
    }

    /**
     * With one more look.
     *
     * @param rows every backend that it showed
     * @param leased pool instances that held their lease, read after the rows
     * @param now the server's clock when the rows were read
     */
    public Sightings after(List<BackendRow> rows, Set<Integer> leased, Instant now) {
        Map<Integer, Instant> known = follows(now) ? since : Map.of();
        Map<Integer, Instant> next = new HashMap<>();
        for (BackendRow row : rows) {
            Optional<Integer> absent = row.instance().filter(instance -> !leased.contains(instance));
            if (absent.isPresent()) {
                Instant from = showsLife(row) ? now : known.getOrDefault(absent.get(), now);
                next.merge(absent.get(), from, Sightings::later);
            }
        }
        return new Sightings(absence, longestGap, next, Optional.of(now));
    }

    /** Pool instances that had been without their lease for long enough at the last look. */
    public Set<Integer> gone() {
        return last.map(this::gone).orElse(Set.of());
    }

    private Set<Integer> gone(Instant now) {
        return since.entrySet().stream()
                .filter(each -> !each.getValue().plus(absence).isAfter(now))
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** A clock that went back is a gap too: it may be another server's. */
    private boolean follows(Instant now) {
        return last.filter(before -> !now.isBefore(before) && !now.isAfter(before.plus(longestGap)))
                .isPresent();
    }

    /** Since the last look; when exactly proves nothing, for the lease may have been held for a while after it. */
    private boolean showsLife(BackendRow row) {
        return last.isPresent()
                && Stream.of(row.backendStart(), row.stateChange())
                        .flatMap(Optional::stream)
                        .anyMatch(sign -> !sign.isBefore(last.get()));
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
