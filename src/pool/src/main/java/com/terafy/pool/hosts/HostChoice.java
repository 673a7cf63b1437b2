package com.terafy.pool.hosts;

import com.terafy.pool.settings.HostPort;
import com.terafy.pool.settings.PoolSettings;
import com.terafy.pool.settings.TargetServerType;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * On which of several servers sessions are to be: those that are wanted get as many each. A replica that is too far behind is
 * not wanted; nor, where the lag is limited, one of which it is not known. Pure.
 */
public final class HostChoice {

    /** Moving a session is worth it where one server has so many more than another. */
    private static final int WORTH_MOVING = 2;

    /** How welcome a session on a server is, the most welcome first. */
    enum Fitness {
        /** What is wanted. */
        BEST,
        /** Serves where nothing better does: the primary of those that prefer a replica. */
        SECOND,
        /** Does not answer, which may be over. */
        SILENT,
        /** Never. */
        UNFIT
    }

    private final TargetServerType wanted;
    private final Duration maxLag;

    public HostChoice(PoolSettings.Server server) {
        this(server.targetServerType(), server.replicaMaxLag());
    }

    HostChoice(TargetServerType wanted, Duration maxLag) {
        this.wanted = wanted;
        this.maxLag = maxLag;
    }

    Fitness of(HostState state) {
        if (!state.answers()) {
            return maxLag.isZero() ? Fitness.SILENT : Fitness.UNFIT;
        }
        if (!wanted.wantsReplica()) {
            return Fitness.BEST;
        }
        if (!state.readOnly()) {
            return wanted == TargetServerType.PREFER_SECONDARY ? Fitness.SECOND : Fitness.UNFIT;
        }
        return isTooFarBehind(state) ? Fitness.UNFIT : Fitness.BEST;
    }

    private boolean isTooFarBehind(HostState state) {
        return !maxLag.isZero()
                && state.lag().filter(lag -> lag.compareTo(maxLag) <= 0).isEmpty();
    }

    /**
     * What is too far behind has to come well below the limit before it is read from again, so that it does not come and go.
     *
     * @return the one that is to be believed
     */
    public HostState steadied(HostState before, HostState now) {
        boolean wasLate = before.replica() && before.lag().isPresent() && isTooFarBehind(before);
        boolean isLate = now.replica()
                && now.lag()
                        .filter(lag -> lag.multipliedBy(2).compareTo(maxLag) > 0)
                        .isPresent();
        return wasLate && isLate && !isTooFarBehind(now) ? before : now;
    }

    /** True if it is what is wanted. */
    public boolean isBest(HostState state) {
        return of(state) == Fitness.BEST;
    }

    /** False if a session there must not be lent. */
    public boolean mayLend(HostState state) {
        return of(state) != Fitness.UNFIT;
    }

    /** True if it answers, and serves. */
    public boolean serves(HostState state) {
        return of(state).compareTo(Fitness.SILENT) < 0;
    }

    /**
     * Where to open a session, the best first, of equal ones that with the fewest; last what does not answer, or has let nobody in
     * lately.
     *
     * @param hosts of two that are equal the first goes first
     * @param reluctant lets nobody in at the moment, whatever it answers
     * @param sessions how many there are
     */
    public List<HostPort> order(
            List<HostPort> hosts,
            Function<HostPort, HostState> states,
            Predicate<HostPort> reluctant,
            ToIntFunction<HostPort> sessions) {
        return hosts.stream()
                .filter(host -> of(states.apply(host)) != Fitness.UNFIT)
                .sorted(Comparator.<HostPort, Boolean>comparing(
                                host -> reluctant.test(host) || !serves(states.apply(host)))
                        .thenComparing(host -> of(states.apply(host)))
                        .thenComparingInt(sessions))
                .toList();
    }

    /**
     * The servers from which a session is to move to another one, that with the most to be moved first: it is not wanted there,
     * or there are too many. Empty if all are where they should be, or can be nowhere else.
     */
    public List<HostPort> crowded(
            List<HostPort> hosts,
            Function<HostPort, HostState> states,
            Predicate<HostPort> reluctant,
            ToIntFunction<HostPort> sessions) {
        Optional<HostPort> place = order(hosts, states, reluctant, sessions).stream()
                .filter(host -> serves(states.apply(host)) && !reluctant.test(host))
                .findFirst();
        if (place.isEmpty()) {
            return List.of();
        }
        Fitness best = of(states.apply(place.get()));
        int fewest = sessions.applyAsInt(place.get());
        return hosts.stream()
                .filter(host -> isCrowded(of(states.apply(host)), best, sessions.applyAsInt(host), fewest))
                .sorted(Comparator.<HostPort, Fitness>comparing(host -> of(states.apply(host)))
                        .thenComparingInt(sessions)
                        .reversed())
                .toList();
    }

    private static boolean isCrowded(Fitness fitness, Fitness best, int sessions, int fewest) {
        return switch (fitness) {
            case SILENT -> false;
            case UNFIT -> sessions > 0;
            default ->
                fitness == best
                        ? sessions - fewest >= WORTH_MOVING
                        : fitness.compareTo(best) > 0 && sessions > 0; // a better one may let nobody in
        };
    }
}
