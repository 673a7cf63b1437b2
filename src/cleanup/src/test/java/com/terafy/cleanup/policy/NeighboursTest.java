package com.terafy.cleanup.policy;

import static com.terafy.cleanup.policy.Rows.*;
import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.Lease;
import com.terafy.cleanup.policy.Rows.Row;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class NeighboursTest {

    private static final Row LENT = psql().application(tag(LIVE_INSTANCE));
    private static final Row LEASE = psql().application(tag(LIVE_INSTANCE) + "/lease")
            .saying(new Lease(2, 10, 3, 2, 0, NOW, "off", List.of(17, 18), false))
            .idleFor(Duration.ofSeconds(4));

    @Test
    void whoHasShownNoSignOfLifeForLongIsSilent() {
        assertThat(silent(LENT)).containsExactly(LIVE_INSTANCE);
        assertThat(silent(LENT.idleFor(Duration.ofSeconds(61)))).containsExactly(LIVE_INSTANCE);
        assertThat(silent(LENT.idleFor(Duration.ofSeconds(60)))).isEmpty();
        assertThat(silent(LENT, LEASE)).isEmpty();
        assertThat(silent(LENT, LENT.idleFor(Duration.ofSeconds(-5)))).isEmpty();
    }

    @Test
    void whoCannotBeSeenAsAWholeIsNotSilent() {
        assertThat(silent(LENT, LENT.hidden())).isEmpty();
    }

    @Test
    void whatWasSaidLatelyTellsWhatIsLent() {
        Neighbours neighbours = of(Set.of(), LENT, LEASE);
        assertThat(neighbours.lent()).containsExactlyInAnyOrder(17, 18);
        assertThat(neighbours.mute()).isFalse();
    }

    @Test
    void whoSaidItLongAgoOrNotAtAllIsMute() {
        for (Row other : List.of(LEASE.idleFor(Duration.ofSeconds(16)), LEASE.hidden(), LENT)) {
            Neighbours neighbours = of(Set.of(), LENT, other);
            assertThat(neighbours.lent()).isEmpty();
            assertThat(neighbours.mute()).isTrue();
        }
    }

    @Test
    void whatWasCutTellsOnlyAPart() {
        Neighbours neighbours =
                of(Set.of(), LENT, LEASE.saying(new Lease(2, 10, 3, 2, 0, NOW, "off", List.of(17), true)));
        assertThat(neighbours.lent()).containsExactly(17);
        assertThat(neighbours.mute()).isTrue();
    }

    @Test
    void whoHasGoneIsNotWaitedFor() {
        Neighbours neighbours = of(Set.of(LIVE_INSTANCE), LENT);
        assertThat(neighbours.mute()).isFalse();
    }

    @Test
    void ofASilentInstanceAllSessionsAreQuietTogether() {
        Row other = LENT.pid(12).idleFor(Duration.ofMinutes(7));
        assertThat(quiet(LENT, other))
                .singleElement()
                .satisfies(one -> assertThat(one.sessions()).hasSize(2))
                .isNotEqualTo(Quiet.instance(LIVE_INSTANCE, rows(LENT)))
                .isNotEqualTo(Quiet.instance(LIVE_INSTANCE, rows(LENT, other.idleFor(Duration.ofMinutes(6)))));
    }

    @Test
    void aSessionOfNoPoolIsQuietUntilAPoolSaysThatItHasLentIt() {
        Row psql = psql().pid(17);
        assertThat(quiet(psql)).containsExactly(Quiet.session(psql.row()));
        assertThat(quiet(psql.pid(19), LEASE))
                .containsExactly(Quiet.session(psql.pid(19).row()));
        assertThat(quiet(psql, LEASE)).isEmpty();
        assertThat(quiet(psql, LEASE.hidden())).isEmpty();
        assertThat(quiet(psql.user("payroll"), LEASE.hidden()))
                .as("it may lend to any role")
                .isEmpty();
    }

    @Test
    void aSilentPoolSpeaksForNobody() {
        Row psql = psql().pid(19);
        assertThat(quiet(psql, LENT)).contains(Quiet.session(psql.row()));
    }

    @Test
    void whatWasQuietForLongEnoughIsAbandoned() {
        BackendRow psql = psql().row();
        Set<Quiet> quiet = Set.of(Quiet.session(psql));
        assertThat(Neighbours.of(List.of(psql), OWN_INSTANCE, quiet, Set.of(), NOW)
                        .abandoned())
                .isEmpty();
        assertThat(Neighbours.of(List.of(psql), OWN_INSTANCE, quiet, quiet, NOW).abandoned())
                .containsExactly(psql.backend().orElseThrow());
    }

    @Test
    void thisNodeIsNoNeighbour() {
        Neighbours neighbours = of(Set.of(), psql().application(tag(OWN_INSTANCE)));
        assertThat(neighbours.mute()).isFalse();
    }

    private static Set<Integer> silent(Row... rows) {
        return quiet(rows).stream().flatMap(one -> one.instance().stream()).collect(Collectors.toSet());
    }

    private static Set<Quiet> quiet(Row... rows) {
        return Neighbours.quiet(rows(rows), OWN_INSTANCE, Absence.USUAL, NOW);
    }

    private static Neighbours of(Set<Integer> gone, Row... rows) {
        Set<Quiet> lasting = gone.stream()
                .map(instance -> Quiet.instance(instance, rows(rows)))
                .collect(Collectors.toSet());
        return Neighbours.of(rows(rows), OWN_INSTANCE, lasting, lasting, NOW);
    }

    private static List<BackendRow> rows(Row... rows) {
        return List.of(rows).stream().map(Row::row).toList();
    }
}
