package com.terafy.cleanup.policy;

import com.terafy.api.Lease;
import com.terafy.api.LifeSigns;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The other pool instances of the database, and the sessions of none, as one look and those before it show them.
 *
 * @param silent instances, this one too, that have shown no sign of life
 * @param gone those of them that were seen so for long enough: {@link Sightings#lasting}
 * @param abandoned sessions of no pool that were seen unchanged for as long, and that none said meanwhile it had lent
 * @param lent process ids of the sessions that the others say are lent, whatever their borrowers call them
 * @param mute whether one that has not gone does not say now, to this node, all that it has lent: to whatever role, since the
 *     container may lend sessions of others, too
 */
public record Neighbours(
        Set<Integer> silent, Set<Integer> gone, Set<Backend> abandoned, Set<Integer> lent, boolean mute) {

    /** A lease that was said longer ago does not tell what is lent: three renewals. */
    static final Duration RECENT = Lease.INTERVAL.multipliedBy(3);

    public Neighbours {
        silent = Set.copyOf(silent);
        gone = Set.copyOf(gone);
        abandoned = Set.copyOf(abandoned);
        lent = Set.copyOf(lent);
    }

    /** Instances, this one too, that have shown no sign of life in these rows, and sessions that are nobody's by them. */
    public static Set<Quiet> quiet(List<BackendRow> rows, int ownInstance, Absence absence, Instant now) {
        Set<Integer> silent = silent(rows, absence, now);
        Set<Integer> lent = lent(rows, now);
        boolean mute = isMute(rows, ownInstance, silent, now);
        Set<Quiet> quiet = new HashSet<>();
        silent.forEach(instance -> quiet.add(Quiet.instance(instance, rows)));
        rows.stream()
                .filter(row -> !mute && row.instance().isEmpty() && !lent.contains(row.pid()))
                .map(Quiet::session)
                .forEach(quiet::add);
        return quiet;
    }

    /**
     * Reads it from the rows.
     *
     * @param quiet of them
     * @param lasting those that have been so for long enough
     */
    public static Neighbours of(
            List<BackendRow> rows, int ownInstance, Set<Quiet> quiet, Set<Quiet> lasting, Instant now) {
        Set<Integer> gone = instances(lasting);
        Set<Backend> abandoned = lasting.stream()
                .filter(one -> one.instance().isEmpty())
                .flatMap(one -> one.sessions().stream())
                .flatMap(session -> session.backend().stream())
                .collect(Collectors.toSet());
        return new Neighbours(instances(quiet), gone, abandoned, lent(rows, now), isMute(rows, ownInstance, gone, now));
    }

    private static Set<Integer> instances(Set<Quiet> quiet) {
        return quiet.stream().flatMap(one -> one.instance().stream()).collect(Collectors.toSet());
    }

    private static Set<Integer> silent(List<BackendRow> rows, Absence absence, Instant now) {
        List<LifeSigns.Sign> signs = rows.stream()
                .flatMap(
                        row -> row.instance().map(instance -> new LifeSigns.Sign(instance, row.stateChange())).stream())
                .toList();
        return LifeSigns.silent(signs, now, absence.silence());
    }

    private static Set<Integer> lent(List<BackendRow> rows, Instant now) {
        return rows.stream()
                .flatMap(row -> recentLease(row, now).stream())
                .flatMap(lease -> lease.lent().stream())
                .collect(Collectors.toSet());
    }

    /** Whether another instance, but for some of them, does not say all that it has lent. */
    private static boolean isMute(List<BackendRow> rows, int ownInstance, Set<Integer> but, Instant now) {
        Set<Integer> speaking = rows.stream()
                .filter(row -> recentLease(row, now).filter(said -> !said.cut()).isPresent())
                .flatMap(row -> row.instance().stream())
                .collect(Collectors.toSet());
        return rows.stream()
                .flatMap(row -> row.instance().stream())
                .anyMatch(
                        instance -> instance != ownInstance && !but.contains(instance) && !speaking.contains(instance));
    }

    private static Optional<Lease> recentLease(BackendRow row, Instant now) {
        boolean recent = row.age(now).filter(age -> age.compareTo(RECENT) <= 0).isPresent();
        return recent ? row.lease() : Optional.empty();
    }
}
