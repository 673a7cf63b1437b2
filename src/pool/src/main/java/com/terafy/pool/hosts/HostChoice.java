package com.terafy.pool.hosts;

import com.terafy.pool.settings.HostPort;
import com.terafy.pool.settings.PoolSettings;
import com.terafy.pool.settings.TargetServerType;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
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

    /** False if a session there must not be lent. */
    public boolean mayLend(HostState state) {
        return of(state) != Fitness.UNFIT;
    }

    /** True if it answers, and serves. */
    public boolean serves(HostState state) {
        return of(state).compareTo(Fitness.SILENT) < 0;
    }

    /**
     * Where to open a session, the best first, of equal ones that with the fewest.
     *
     * @param hosts of two that are equal the first goes first
     * @param sessions how many there are
     */
    public List<HostPort> order(
            List<HostPort> hosts, Function<HostPort, HostState> states, ToIntFunction<HostPort> sessions) {
        return hosts.stream()
                .filter(host -> of(states.apply(host)) != Fitness.UNFIT)
                .sorted(Comparator.<HostPort, Fitness>comparing(host -> of(states.apply(host)))
                        .thenComparingInt(sessions))
                .toList();
    }

    /**
     * The server from which a session is to move to another one: it is not wanted there, or there are too many. Empty if all
     * are where they should be, or can be nowhere else.
     */
    public Optional<HostPort> crowded(
            List<HostPort> hosts, Function<HostPort, HostState> states, ToIntFunction<HostPort> sessions) {
        Optional<HostPort> place = order(hosts, states, sessions).stream()
                .filter(host -> serves(states.apply(host)))
                .findFirst();
        if (place.isEmpty()) {
            return Optional.empty();
        }
        Fitness best = of(states.apply(place.get()));
        int fewest = sessions.applyAsInt(place.get());
        return hosts.stream()
                .filter(host -> isCrowded(of(states.apply(host)), best, sessions.applyAsInt(host), fewest))
                .max(Comparator.<HostPort, Fitness>comparing(host -> of(states.apply(host)))
                        .thenComparingInt(sessions));
    }

    private static boolean isCrowded(Fitness fitness, Fitness best, int sessions, int fewest) {
        return switch (fitness) {
            case SILENT -> false;
            case UNFIT -> sessions > 0;
            default -> fitness == best ? sessions - fewest >= WORTH_MOVING : sessions > 0;
        };
    }
}
