package com.terafy.cleanup.policy;

import com.terafy.api.Lease;
import com.terafy.api.LifeSigns;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The other pool instances of the database, as one look shows them.
 *
 * @param living those that have not gone
 * @param silent instances, this one too, that have shown no sign of life
 * @param gone those of them that were seen so for long enough: {@link Sightings#gone}
 * @param lent process ids of the sessions that the living ones say are lent, whatever their borrowers call them
 * @param mute roles of those that have not gone and do not say now what they have lent
 */
public record Neighbours(
        Set<Integer> living, Set<Integer> silent, Set<Integer> gone, Set<Integer> lent, Set<String> mute) {

    /** A lease that was said longer ago does not tell what is lent: three renewals. */
    static final Duration RECENT = Lease.INTERVAL.multipliedBy(3);

    /**
     * What was lent longer ago stands in a lease that is recent, also in one that was under way for as long as its pool waits
     * for an answer.
     */
    static final Duration SURELY_SAID = RECENT.plusSeconds(10);

    public Neighbours {
        living = Set.copyOf(living);
        silent = Set.copyOf(silent);
        gone = Set.copyOf(gone);
        lent = Set.copyOf(lent);
        mute = Set.copyOf(mute);
    }

    /** Instances, this one too, that have shown no sign of life in these rows. */
    public static Set<Integer> silent(List<BackendRow> rows, Absence absence, Instant now) {
        List<LifeSigns.Sign> signs = rows.stream()
                .flatMap(
                        row -> row.instance().map(instance -> new LifeSigns.Sign(instance, row.stateChange())).stream())
                .toList();
        return LifeSigns.silent(signs, now, absence.silence());
    }

    /** Reads it from the rows. */
    public static Neighbours of(
            List<BackendRow> rows, int ownInstance, Set<Integer> silent, Set<Integer> gone, Instant now) {
        Set<Integer> speaking = new HashSet<>();
        Set<Integer> lent = new HashSet<>();
        for (BackendRow row : rows) {
            Optional<Lease> lease = row.lease().filter(said -> isRecent(row, now));
            lease.ifPresent(said -> lent.addAll(said.lent()));
            lease.filter(said -> !said.cut()).flatMap(whole -> row.instance()).ifPresent(speaking::add);
        }
        Set<Integer> living = new HashSet<>();
        Set<String> mute = new HashSet<>();
        for (BackendRow row : rows) {
            Optional<Integer> other =
                    row.instance().filter(instance -> instance != ownInstance && !gone.contains(instance));
            other.ifPresent(living::add);
            other.filter(instance -> !speaking.contains(instance))
                    .flatMap(silentOnWhatIsLent -> row.user())
                    .ifPresent(mute::add);
        }
        return new Neighbours(living, silent, gone, lent, mute);
    }

    private static boolean isRecent(BackendRow row, Instant now) {
        return row.age(now).filter(age -> age.compareTo(RECENT) <= 0).isPresent();
    }
}
