package com.terafy.monitor.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.terafy.api.PoolIdentity;
import com.terafy.monitor.backends.BackendFilter;
import com.terafy.monitor.backends.BackendPage;
import com.terafy.monitor.backends.DatabaseFigures;
import com.terafy.monitor.backends.PoolView;
import com.terafy.monitor.json.Json;
import com.terafy.monitor.problems.ProblemException;
import com.terafy.monitor.snapshot.DatabaseStatus;
import com.terafy.monitor.snapshot.Snapshot;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** While the database cannot be asked, what only it knows is missing: 0 would be a number like any other. */
class UnknownNumbersTest {

    private static final Instant NOW = Instant.parse("2026-03-02T10:00:00Z");

    private static final Snapshot DOWN = down();

    private static Snapshot down() {
        PoolView pool = new PoolView(new PoolIdentity("node", "TerafyDS", 1), List.of(), NOW, true);
        DatabaseStatus status = new DatabaseStatus(
                DatabaseStatus.State.DOWN, NOW, Optional.of(DatabaseStatus.Cause.UNREACHABLE), "unreachable");
        return new Snapshot(status, pool, Optional.empty(), List.of());
    }

    @Test
    void theSummaryCountsNothing() {
        assertThat(Json.write(BackendsResource.counts(DOWN)))
                .contains("\"database\":")
                .doesNotContain("summary", "total", "server", "readAt");
    }

    @Test
    void theListCountsNothingThatItDoesNotKnow() {
        BackendPage page = BackendPage.of(List.of(), BackendFilter.ALL, "-idle", Optional.empty(), 10);
        assertThat(Json.write(BackendsResource.answer(DOWN, 0, page, false)))
                .contains("\"backends\":[]")
                .doesNotContain("total", "more", "matching", "readAt", "next");
    }

    /** That there is none would be a claim, too. */
    @Test
    void aBackendThatNobodyCanAskForIsNotSaidToBeMissing() {
        ProblemException unknown =
                catchThrowableOfType(ProblemException.class, () -> BackendResource.find(DOWN, false, 4711));
        assertThat(unknown.problem().status()).isEqualTo(503);
        assertThat(unknown.problem().detail()).contains("unreachable");
    }

    @Test
    void theDatabaseHasNoFigures() {
        assertThat(Json.write(BackendsResource.glance(DOWN))).doesNotContain("figures", "size", "replicas", "readAt");
        DatabaseFigures unknown = new DatabaseFigures(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), false, 0, Optional.empty());
        assertThat(Json.write(unknown)).isEqualTo("{\"standby\":false,\"replicas\":0}");
    }

    @Test
    void nobodyIsSaidToWait() {
        assertThat(Json.write(BackendsResource.locks(DOWN))).doesNotContain("waiting");
    }
}
