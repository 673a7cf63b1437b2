package com.terafy.monitor.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.terafy.api.HistoryEvent;
import com.terafy.api.HistoryKind;
import com.terafy.api.HistoryOutcome;
import com.terafy.api.UserRequest;
import com.terafy.monitor.audit.Audit;
import com.terafy.monitor.audit.Audits;
import com.terafy.monitor.problems.Problem;
import com.terafy.monitor.problems.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PoolActionsTest {

    private static final UserRequest ANA = new UserRequest("ana", "10.0.0.9", "more patients");

    private final FakePool pool = new FakePool();
    private final List<HistoryEvent> told = new ArrayList<>();

    private PoolActionsResource.Changed change(Map<String, String> wanted) {
        return PoolActionsResource.change(pool, wanted, ANA, Audits.telling(told));
    }

    private Problem refusal(Map<String, String> wanted) {
        return catchThrowableOfType(ProblemException.class, () -> change(wanted))
                .problem();
    }

    @Test
    void aChangeAnswersWhatIsInEffectAndWhatDiffersFromTheStart() {
        PoolActionsResource.Changed changed = change(Map.of("DB_POOL_MAX", "20"));
        assertThat(changed.settings()).containsEntry("DB_POOL_MAX", "20").containsEntry("DB_POOL_MIN", "2");
        assertThat(changed.changed()).containsExactly(Map.entry("DB_POOL_MAX", "10"));
        assertThat(change(Map.of("DB_POOL_MAX", "10")).changed()).isEmpty();
        assertThat(told)
                .extracting(event -> event.kind() + " " + event.what() + " " + event.who() + " " + event.why())
                .containsExactly(
                        "SETTINGS settings DB_POOL_MAX=20 (was 10) ana more patients",
                        "SETTINGS settings DB_POOL_MAX=10 (was 20) ana more patients");
    }

    @Test
    void aWrongValueIsRefusedWithTheMessageOfTheStartAndNamesTheMember() {
        Problem problem = refusal(Map.of("DB_POOL_MAX", "0", "DB_POOL_MIN", "1"));
        assertThat(problem.status()).isEqualTo(422);
        assertThat(problem.code()).isEqualTo("invalid-setting");
        assertThat(problem.detail()).isEqualTo(FakePool.REFUSAL);
        assertThat(problem.parameter()).contains("DB_POOL_MAX");
        assertThat(problem.allowed().orElseThrow()).singleElement().asString().contains("a whole number");
        assertThat(pool.changed()).isEmpty();
        assertThat(told).as("refusals are told by RefusalAudit").isEmpty();
    }

    @Test
    void pauseAndResumeAnswerWhetherItIsPausedNowAndAreToldAlsoWhereTheyFail() {
        Audit audit = Audits.telling(told);
        assertThat(PoolActionsResource.act(pool, HistoryKind.PAUSE, ANA, audit).paused())
                .isTrue();
        assertThat(PoolActionsResource.act(pool, HistoryKind.RESUME, ANA, audit).paused())
                .isFalse();
        assertThatThrownBy(() -> PoolActionsResource.act(pool, HistoryKind.RESUME, ANA, audit))
                .isInstanceOf(IllegalStateException.class);
        assertThat(told)
                .extracting(event -> event.kind() + " " + event.what() + " " + event.outcome() + " " + event.why())
                .containsExactly(
                        "PAUSE pause DONE more patients",
                        "RESUME resume DONE more patients",
                        "RESUME resume FAILED more patients");
    }

    @Test
    void whatIsToldNamesThePool() {
        List<String> pools = new ArrayList<>();
        Audit audit = Audits.telling(told, pools);
        FakePool reporting = new FakePool("Reporting", 2);
        PoolActionsResource.act(reporting, HistoryKind.PAUSE, ANA, audit);
        PoolActionsResource.change(reporting, Map.of("DB_POOL_MAX", "20"), ANA, audit);
        audit.flushed("Reporting", ANA, "idle", 2);
        audit.refused(ANA, "POST /pools/Reporting/flush", 422);
        assertThat(pools).containsExactly("Reporting", "Reporting", "Reporting", "TerafyDS");
    }

    @Test
    void aBodyWithoutASettingIsRefused() {
        Problem problem = refusal(Map.of());
        assertThat(problem.code()).isEqualTo("invalid-body");
        assertThat(problem.allowed().orElseThrow()).contains("DB_POOL_MAX", "DB_CLEANUP_DRY_RUN");
    }

    @Test
    void aChangeThatFailsIsTold() {
        assertThatThrownBy(() -> change(Map.of("DB_POOL_MAX", "broken"))).isInstanceOf(IllegalStateException.class);
        assertThat(told)
                .singleElement()
                .satisfies(event -> assertThat(event.outcome()).isEqualTo(HistoryOutcome.FAILED));
    }
}
