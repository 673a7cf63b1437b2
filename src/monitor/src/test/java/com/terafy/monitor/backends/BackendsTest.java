package com.terafy.monitor.backends;

import static com.terafy.monitor.backends.Samples.OURS;
import static com.terafy.monitor.backends.Samples.activity;
import static com.terafy.monitor.backends.Samples.connection;
import static com.terafy.monitor.backends.Samples.hidden;
import static com.terafy.monitor.backends.Samples.pool;
import static com.terafy.monitor.backends.Samples.row;
import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.ConnectionState;
import com.terafy.api.PoolIdentity;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BackendsTest {

    private static final PoolIdentity OTHER = new PoolIdentity("other", "TerafyDS", 0x22222222);
    private static final PoolIdentity LOST = new PoolIdentity("lost", "TerafyDS", 0x33333333);

    private final PoolView pool =
            pool(connection(1, 101, ConnectionState.IDLE, 3), connection(2, 102, ConnectionState.IN_USE, 1));

    private final ServerActivity activity = activity(
            row(101, OURS.applicationName(), "idle"),
            row(102, OURS.applicationName(), "active"),
            row(103, OURS.applicationName("monitor"), "active"),
            row(104, OTHER.applicationName(), "idle"),
            row(105, "terafy_app", LOST.applicationName(), "idle", Duration.ofMinutes(2)),
            row(106, "ana", "psql", "idle in transaction", Duration.ofMinutes(10)),
            hidden(107, "postgres"));

    private List<Backend> backends() {
        return new Backends(pool, Optional.of(activity)).untold();
    }

    @Test
    void everyBackendHasItsClass() {
        assertThat(backends())
                .extracting(Backend::class_)
                .containsExactly(
                        BackendClass.OURS_IDLE,
                        BackendClass.OURS_BORROWED,
                        BackendClass.OURS_OUTSIDE,
                        BackendClass.OTHER_NODE,
                        BackendClass.ORPHAN,
                        BackendClass.FOREIGN,
                        BackendClass.FOREIGN);
    }

    @Test
    void aBorrowedOneShowsTheCodeThatHoldsIt() {
        Backend.Holder holder = backends().get(1).borrower().orElseThrow();
        assertThat(holder.location()).contains("com.example.Patients:42");
        assertThat(holder.deployment()).contains("practice.war");
        assertThat(holder.held()).isEqualTo(Duration.ofSeconds(7));
        assertThat(backends().get(1).connection()).contains(2L);
    }

    @Test
    void aReusedPidIsAnotherBackend() {
        ActivityRow reused = new ActivityRow(
                101,
                Optional.of(Samples.START.plusNanos(1000)),
                Optional.of("terafy_app"),
                Optional.of("terafy_db"),
                "psql",
                Optional.empty(),
                Optional.of("idle"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false);
        List<Backend> joined = new Backends(pool, Optional.of(activity(reused))).untold();
        assertThat(joined).singleElement().extracting(Backend::class_).isEqualTo(BackendClass.FOREIGN);
    }

    @Test
    void theSessionThatReadsHasNoTimes() {
        Backend reader = backends().get(2);
        assertThat(reader.pid()).isEqualTo(Samples.READER);
        assertThat(reader.state()).contains("active");
        assertThat(reader.stateChange()).isEmpty();
        assertThat(reader.idle()).isEmpty();
        assertThat(backends().get(0).idle()).isPresent();
    }

    @Test
    void neitherHasTheSessionOfALease() {
        Backends both = new Backends(
                pool,
                Optional.of(activity(row(301, OTHER.applicationName("lease"), "idle"), row(302, "psql", "idle"))));
        List<Backend> told = both.inFull(both.untold());
        assertThat(told).extracting(Backend::query).containsExactly(Optional.empty(), Optional.of("SELECT 'secret'"));
        assertThat(told).extracting(backend -> backend.idle().isPresent()).containsExactly(false, true);
    }

    @Test
    void aQueryHasAnAgeWhileItRuns() {
        ServerActivity two = activity(
                Samples.working(201, "active", Duration.ofMinutes(9), Duration.ofSeconds(50)),
                Samples.working(202, "idle in transaction", Duration.ofMinutes(9), Duration.ofSeconds(50)));
        List<Backend> both = new Backends(pool, Optional.of(two)).untold();
        assertThat(both).extracting(Backend::transactionAge).containsOnly(Optional.of(Duration.ofMinutes(9)));
        assertThat(both)
                .extracting(Backend::queryAge)
                .containsExactly(Optional.of(Duration.ofSeconds(50)), Optional.empty());
        assertThat(both.get(1).queryStart()).isPresent();
    }

    @Test
    void whatPostgresHidesIsSaidToBeHidden() {
        assertThat(backends())
                .filteredOn(Backend::hidden)
                .extracting(Backend::pid)
                .containsExactly(107);
    }

    @Test
    void queryTextsAreFullOnlyWhereAskedFor() {
        Backends all = new Backends(pool, Optional.of(activity));
        List<Backend> first = all.untold().subList(0, 1);
        assertThat(first.get(0).query()).isEmpty();
        assertThat(all.redacted(first)).extracting(Backend::query).containsExactly(Optional.of("SELECT ?"));
        assertThat(all.inFull(first)).extracting(Backend::query).containsExactly(Optional.of("SELECT 'secret'"));
        assertThat(all.redacted(first).get(0).telling(Optional.empty())).isEqualTo(first.get(0));
    }

    @Test
    void whileTheDatabaseIsAwayThePoolsConnectionsAreShown() {
        assertThat(new Backends(pool, Optional.empty()).untold())
                .hasSize(2)
                .noneMatch(Backend::seen)
                .extracting(Backend::class_)
                .containsExactly(BackendClass.OURS_IDLE, BackendClass.OURS_BORROWED);
    }

    @Test
    void everyOrderSortsAndDescendingTurnsItRound() {
        for (String text : BackendOrder.texts()) {
            assertThat(backends().stream().sorted(BackendOrder.of(text)).toList())
                    .hasSize(7);
        }
        assertThat(backends().stream()
                        .sorted(BackendOrder.of("-idle"))
                        .findFirst()
                        .map(Backend::pid))
                .contains(106);
        assertThat(backends().stream()
                        .sorted(BackendOrder.of("-pid"))
                        .findFirst()
                        .map(Backend::pid))
                .contains(107);
    }

    @Test
    void theSummaryCountsMostFirst() {
        Summary summary = Summary.of(backends());
        assertThat(summary.total()).isEqualTo(7);
        assertThat(summary.byUser())
                .containsExactly(
                        new Summary.Count("terafy_app", 5),
                        new Summary.Count("ana", 1),
                        new Summary.Count("postgres", 1));
        assertThat(summary.byState()).contains(new Summary.Count("(hidden)", 1), new Summary.Count("idle", 3));
    }

    @Test
    void theSummaryHasABound() {
        ActivityRow[] many = new ActivityRow[200];
        for (int i = 0; i < many.length; i++) {
            many[i] = row(i + 1, "user" + i, "app", "idle", Duration.ZERO);
        }
        Summary summary = Summary.of(new Backends(pool, Optional.of(activity(many))).untold());
        assertThat(summary.byUser()).hasSize(Summary.MOST_LINES).contains(new Summary.Count("(others)", 151));
    }
}
