package com.terafy.pool.hosts;

import static com.terafy.pool.settings.TargetServerType.ANY;
import static com.terafy.pool.settings.TargetServerType.PREFER_SECONDARY;
import static com.terafy.pool.settings.TargetServerType.SECONDARY;
import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.pool.settings.HostPort;
import com.terafy.pool.settings.TargetServerType;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HostChoiceTest {

    private static final HostPort A = new HostPort("a", 1);
    private static final HostPort B = new HostPort("b", 2);
    private static final HostPort C = new HostPort("c", 3);
    private static final List<HostPort> ALL = List.of(A, B, C);

    private final Map<HostPort, HostState> states = new HashMap<>();
    private final Map<HostPort, Integer> sessions = new HashMap<>();
    private final Set<HostPort> reluctant = new HashSet<>();

    private void are(HostState a, HostState b, HostState c) {
        states.putAll(Map.of(A, a, B, b, C, c));
    }

    private void hold(int a, int b, int c) {
        sessions.putAll(Map.of(A, a, B, b, C, c));
    }

    private static HostState replica(int secondsBehind) {
        return HostState.replica(Optional.of(Duration.ofSeconds(secondsBehind)));
    }

    private static HostChoice choice(TargetServerType wanted, int maxLagSeconds) {
        return new HostChoice(wanted, Duration.ofSeconds(maxLagSeconds));
    }

    private List<HostPort> order(HostChoice choice) {
        return choice.order(ALL, states::get, reluctant::contains, sessions::get);
    }

    private List<HostPort> crowded(HostChoice choice) {
        return choice.crowded(ALL, states::get, reluctant::contains, sessions::get);
    }

    @Test
    void theNextSessionGoesToTheReplicaWithTheFewest() {
        are(HostState.WRITABLE, replica(0), replica(0));
        hold(0, 3, 2);
        assertThat(order(choice(PREFER_SECONDARY, 0))).containsExactly(C, B, A);
        assertThat(order(choice(SECONDARY, 0))).containsExactly(C, B);
        assertThat(order(choice(ANY, 0))).containsExactly(A, C, B);
    }

    @Test
    void oneThatDoesNotAnswerIsTriedLast() {
        are(HostState.WRITABLE, HostState.SILENT, replica(0));
        hold(0, 0, 9);
        assertThat(order(choice(PREFER_SECONDARY, 0))).containsExactly(C, A, B);
        assertThat(choice(SECONDARY, 0).mayLend(HostState.SILENT)).isTrue();
    }

    @Test
    void oneThatIsTooFarBehindIsNotTriedAndNotLent() {
        are(HostState.WRITABLE, replica(11), replica(10));
        hold(0, 0, 9);
        assertThat(order(choice(PREFER_SECONDARY, 10))).containsExactly(C, A);
        assertThat(choice(PREFER_SECONDARY, 10).mayLend(replica(11))).isFalse();
        assertThat(choice(PREFER_SECONDARY, 0).mayLend(replica(11))).isTrue();
    }

    @Test
    void whereTheLagIsLimitedOneOfWhichItIsNotKnownIsNotLent() {
        assertThat(choice(SECONDARY, 10).mayLend(HostState.replica(Optional.empty())))
                .isFalse();
        assertThat(choice(SECONDARY, 10).mayLend(HostState.SILENT)).isFalse();
        assertThat(choice(PREFER_SECONDARY, 10).mayLend(HostState.WRITABLE)).isTrue();
    }

    @Test
    void oneThatAcceptsWritesIsNotLentWhereOnlyReplicasWillDo() {
        assertThat(choice(SECONDARY, 0).mayLend(HostState.WRITABLE)).isFalse();
        assertThat(choice(PREFER_SECONDARY, 0).mayLend(HostState.WRITABLE)).isTrue();
        assertThat(choice(ANY, 0).mayLend(HostState.WRITABLE)).isTrue();
    }

    @Test
    void aDifferenceOfOneMovesNothing() {
        are(HostState.WRITABLE, replica(0), replica(0));
        hold(0, 3, 2);
        assertThat(crowded(choice(PREFER_SECONDARY, 0))).isEmpty();
        hold(0, 4, 2);
        assertThat(crowded(choice(PREFER_SECONDARY, 0))).containsExactly(B);
    }

    @Test
    void whatIsOnThePrimaryMovesToAReplicaAndStaysWhereThereIsNone() {
        are(HostState.WRITABLE, HostState.SILENT, replica(0));
        hold(1, 0, 5);
        assertThat(crowded(choice(PREFER_SECONDARY, 0))).containsExactly(A);
        are(HostState.WRITABLE, HostState.SILENT, HostState.SILENT);
        assertThat(crowded(choice(PREFER_SECONDARY, 0))).isEmpty();
    }

    @Test
    void whatIsTooFarBehindMovesIfThereIsAnotherPlace() {
        are(HostState.WRITABLE, replica(60), replica(0));
        hold(0, 1, 5);
        assertThat(crowded(choice(SECONDARY, 10))).containsExactly(B);
        are(HostState.WRITABLE, replica(60), replica(60));
        assertThat(crowded(choice(SECONDARY, 10))).isEmpty();
        assertThat(crowded(choice(PREFER_SECONDARY, 10))).containsExactly(C, B);
    }

    @Test
    void nothingMovesFromOneThatDoesNotAnswer() {
        are(HostState.SILENT, replica(0), replica(0));
        hold(9, 0, 0);
        assertThat(crowded(choice(PREFER_SECONDARY, 0))).isEmpty();
    }

    @Test
    void oneThatLetsNobodyInIsTriedAfterThoseThatMayAndIsLentAllTheSame() {
        are(HostState.WRITABLE, replica(0), HostState.SILENT);
        hold(0, 3, 0);
        reluctant.add(B);
        assertThat(order(choice(PREFER_SECONDARY, 0))).containsExactly(A, B, C);
        assertThat(choice(PREFER_SECONDARY, 10).mayLend(replica(0))).isTrue();
    }

    @Test
    void nothingMovesToOneThatLetsNobodyInNorFromItToWorse() {
        are(HostState.WRITABLE, replica(0), replica(0));
        hold(0, 4, 0);
        reluctant.add(C);
        assertThat(crowded(choice(PREFER_SECONDARY, 0))).isEmpty();
        reluctant.add(B);
        assertThat(crowded(choice(PREFER_SECONDARY, 0))).isEmpty();
    }

    @Test
    void allThatAreCrowdedAreNamedTheMostUrgentFirst() {
        are(replica(60), replica(0), replica(0));
        hold(1, 5, 2);
        assertThat(crowded(choice(SECONDARY, 10))).containsExactly(A, B);
    }

    @Test
    void aRoleThatWritesNothingIsReadOnlyOnThePrimaryToo() {
        HostState own = HostState.FENCED;
        assertThat(own.saying(false)).isEqualTo(own);
        assertThat(choice(SECONDARY, 10).mayLend(own)).isTrue();
        assertThat(own.saying(true)).isEqualTo(HostState.replica(Optional.empty()));
        assertThat(replica(3).saying(false)).isEqualTo(HostState.WRITABLE);
        assertThat(HostState.SILENT.saying(true)).isEqualTo(HostState.SILENT);
    }

    @Test
    void whatWasTooFarBehindComesBackWellBelowTheLimit() {
        HostChoice choice = choice(SECONDARY, 10);
        assertThat(choice.steadied(replica(11), replica(9))).isEqualTo(replica(11));
        assertThat(choice.steadied(replica(11), replica(5))).isEqualTo(replica(5));
        assertThat(choice.steadied(replica(9), replica(9))).isEqualTo(replica(9));
        assertThat(choice.steadied(HostState.replica(Optional.empty()), replica(9)))
                .isEqualTo(replica(9));
    }

    @Test
    void ofWhatWasNotHeardOfTheLagGrows() {
        assertThat(replica(3).after(Duration.ofSeconds(4))).isEqualTo(replica(7));
        assertThat(HostState.WRITABLE.after(Duration.ofSeconds(4))).isEqualTo(HostState.WRITABLE);
    }
}
