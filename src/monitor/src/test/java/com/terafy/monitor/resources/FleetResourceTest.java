package com.terafy.monitor.resources;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.FleetMember;
import com.terafy.api.Lease;
import com.terafy.api.PoolIdentity;
import com.terafy.monitor.backends.PoolView;
import com.terafy.monitor.backends.ServerActivity;
import com.terafy.monitor.backends.ServerLimits;
import com.terafy.monitor.json.Json;
import com.terafy.monitor.snapshot.DatabaseStatus;
import com.terafy.monitor.snapshot.Snapshot;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FleetResourceTest {

    private static final Instant NOW = Instant.parse("2026-03-02T10:00:00Z");
    private static final Lease LEASE =
            new Lease(2, 84, 7, 6, 1, NOW.minusSeconds(60), Lease.NO_RULES, List.of(), false);

    private final FakePool pool = new FakePool();

    private Snapshot snapshot(FleetMember... fleet) {
        return snapshot(Optional.of(new ServerActivity(
                NOW,
                NOW,
                List.of(),
                false,
                List.of(),
                0,
                new ServerLimits(100, 3, 9),
                Optional.empty(),
                List.of(fleet),
                "terafy_app",
                7)));
    }

    private Snapshot snapshot(Optional<ServerActivity> activity) {
        PoolView view = new PoolView(pool.identity(), List.of(), NOW, true);
        DatabaseStatus status = new DatabaseStatus(DatabaseStatus.State.UP, NOW, Optional.empty(), "");
        return new Snapshot(status, view, activity, List.of());
    }

    private static FleetMember other(Instant seenAt, Optional<Lease> lease) {
        return FleetMember.of(new PoolIdentity("app2", "TerafyDS", 2), "other_db", Optional.of(seenAt), lease);
    }

    private FleetMember own() {
        return FleetMember.of(pool.identity(), "terafy_db", Optional.of(NOW), Optional.empty());
    }

    @Test
    void theOwnPoolIsAsItIsNowAndTheOthersAsTheySay() {
        FleetResource.Fleet fleet =
                FleetResource.of(snapshot(own(), other(NOW, Optional.of(LEASE))), pool, List.of(pool));
        assertThat(fleet.pools())
                .extracting(member -> member.node() + " " + member.database() + " " + member.own() + " "
                        + member.max().orElse(0) + " " + member.sessions().orElse(0) + " "
                        + member.waiting().orElse(0))
                .containsExactly("app2 other_db false 84 7 1", "node terafy_db true 10 3 3");
        assertThat(fleet.summary().orElseThrow().most()).isEqualTo(86 + 12);
        assertThat(fleet.summary().orElseThrow().exceeded()).contains(true);
        pool.change(Map.of("DB_POOL_MAX", "9"));
        assertThat(FleetResource.of(snapshot(own(), other(NOW, Optional.of(LEASE))), pool, List.of(pool))
                        .summary()
                        .orElseThrow()
                        .exceeded())
                .contains(false);
    }

    @Test
    void whatIsHiddenIsMissingAndNever0() {
        FleetResource.Fleet fleet =
                FleetResource.of(snapshot(own(), other(NOW, Optional.empty())), pool, List.of(pool));
        assertThat(Json.write(fleet.pools().get(0)))
                .isEqualTo(
                        "{\"node\":\"app2\",\"pool\":\"TerafyDS\",\"instance\":\"00000002\",\"database\":\"other_db\","
                                + "\"own\":false,\"seenAt\":\"2026-03-02T10:00:00Z\"}");
        assertThat(fleet.summary().orElseThrow().exceeded()).isEmpty();
    }

    @Test
    void whileTheDatabaseIsAwayOnlyTheOwnPoolIsKnown() {
        FleetResource.Fleet fleet = FleetResource.of(snapshot(Optional.empty()), pool, List.of(pool));
        assertThat(fleet.pools())
                .singleElement()
                .satisfies(only -> assertThat(only.own()).isTrue());
        assertThat(Json.write(fleet)).doesNotContain("summary", "readAt", "seenAt");
    }

    /** A client could only count on from the one that it was told, and every living pool would seem to be silent. */
    @Test
    void aSignOfLifeChangesTheTag() {
        String tag = AnswerTag.of(FleetResource.of(snapshot(other(NOW, Optional.of(LEASE))), pool, List.of(pool)));
        assertThat(AnswerTag.of(
                        FleetResource.of(snapshot(other(NOW.plusSeconds(5), Optional.of(LEASE))), pool, List.of(pool))))
                .isNotEqualTo(tag);
        assertThat(AnswerTag.of(FleetResource.of(snapshot(other(NOW, Optional.of(LEASE))), pool, List.of(pool))))
                .isEqualTo(tag);
    }
}
