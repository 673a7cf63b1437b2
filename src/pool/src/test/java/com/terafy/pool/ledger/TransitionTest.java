package com.terafy.pool.ledger;

import static com.terafy.api.ConnectionState.BROKEN;
import static com.terafy.api.ConnectionState.DESTROYED;
import static com.terafy.api.ConnectionState.IDLE;
import static com.terafy.api.ConnectionState.IN_USE;
import static com.terafy.api.ConnectionState.RETIRED;
import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.ConnectionState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class TransitionTest {

    private static final Map<Transition, Set<ConnectionState>> LEGAL = Map.of(
            Transition.CLAIM, Set.of(IDLE),
            Transition.RETURN, Set.of(IN_USE),
            Transition.RETIRE, Set.of(IDLE),
            Transition.RETIRE_CLAIMED, Set.of(IN_USE),
            Transition.BREAK, Set.of(IDLE, IN_USE),
            Transition.DESTROY, Set.of(IDLE, IN_USE, RETIRED, BROKEN));

    private static final Map<Transition, ConnectionState> TARGETS = Map.of(
            Transition.CLAIM, IN_USE,
            Transition.RETURN, IDLE,
            Transition.RETIRE, RETIRED,
            Transition.RETIRE_CLAIMED, RETIRED,
            Transition.BREAK, BROKEN,
            Transition.DESTROY, DESTROYED);

    /** How an entry comes from IDLE into each state. */
    private static final Map<ConnectionState, List<Transition>> PATHS = Map.of(
            IDLE, List.of(),
            IN_USE, List.of(Transition.CLAIM),
            RETIRED, List.of(Transition.RETIRE),
            BROKEN, List.of(Transition.BREAK),
            DESTROYED, List.of(Transition.DESTROY));

    static Stream<Arguments> everyPair() {
        return Stream.of(Transition.values())
                .flatMap(transition -> Stream.of(ConnectionState.values())
                        .map(state -> Arguments.of(
                                transition, state, LEGAL.get(transition).contains(state))));
    }

    @ParameterizedTest(name = "{0} from {1}: {2}")
    @MethodSource("everyPair")
    void anEntryMovesOnlyAlongTheTable(Transition transition, ConnectionState from, boolean legal) {
        Entry entry = new Entry(1, 4711, Instant.EPOCH, 0, 0);
        PATHS.get(from).forEach(entry::move);
        assertThat(entry.state()).isEqualTo(from);

        ConnectionState left = entry.move(transition);

        assertThat(transition.isLegalFrom(from)).isEqualTo(legal);
        assertThat(left).isEqualTo(legal ? from : null);
        assertThat(entry.state()).isEqualTo(legal ? TARGETS.get(transition) : from);
    }

    @ParameterizedTest
    @EnumSource(Transition.class)
    void everyTransitionHasItsTarget(Transition transition) {
        assertThat(transition.target()).isEqualTo(TARGETS.get(transition));
    }

    @Test
    void nothingLeadsOutOfDestroyed() {
        assertThat(Transition.values()).noneMatch(transition -> transition.isLegalFrom(DESTROYED));
    }

    @Test
    void onlyAnIdleConnectionIsHandedOut() {
        assertThat(Stream.of(ConnectionState.values()).filter(Transition.CLAIM::isLegalFrom))
                .containsExactly(IDLE);
    }
}
