package com.terafy.cleanup.history;

import static com.terafy.cleanup.history.Events.ANA;
import static com.terafy.cleanup.history.Events.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.HistoryEntry;
import com.terafy.api.HistoryEvent;
import com.terafy.api.HistoryKind;
import com.terafy.api.HistoryOutcome;
import com.terafy.api.HistoryTarget;
import com.terafy.api.UserRequest;
import java.lang.System.Logger.Level;
import java.util.List;
import org.junit.jupiter.api.Test;

class AuditLineTest {

    private static final String FACTS = "pid=4711 backend_start=2026-03-02T11:00:00Z user=\"terafy_app\""
            + " application_name=\"psql\" client=10.0.0.7 state=\"idle\" age=PT5M1S";
    private static final String ASKED = " who=\"ana\" why=\"stuck\\u000asince \\\"noon\\\"\"";
    private static final String PLACE = " from=\"10.0.0.9\" node=\"a\"";

    private static HistoryEntry entry(HistoryEvent event) {
        return HistoryEntry.of("0", NOON, "a", "P", event);
    }

    private static String line(HistoryEvent event) {
        return AuditLine.of(entry(event));
    }

    @Test
    void whatHappensToABackendIsToldWithWhatIsKnownOfIt() {
        assertThat(line(Events.terminated(HistoryOutcome.ENDED).byTimer()))
                .isEqualTo("TERAFY0420: Pool P: terminate " + FACTS
                        + " node=\"a\" rule=IDLE by=timer who=\"timer\" why=\"\" outcome=ENDED");
        assertThat(line(HistoryEvent.of(HistoryKind.CANCEL, HistoryOutcome.NOT_ALLOWED, "ADMINISTRATOR")
                        .on(Events.PSQL)
                        .by(ANA)))
                .isEqualTo("TERAFY0421: Pool P: cancel " + FACTS + PLACE + " rule=ADMINISTRATOR by=administrator"
                        + ASKED + " outcome=NOT_ALLOWED");
        assertThat(line(Events.terminated(HistoryOutcome.DRY_RUN).by(ANA)))
                .isEqualTo("TERAFY0422: Pool P: would terminate " + FACTS + PLACE + " rule=IDLE by=administrator"
                        + ASKED + " outcome=DRY_RUN");
    }

    @Test
    void changedSettingsAreToldWithWhatTheyWere() {
        assertThat(line(HistoryEvent.of(HistoryKind.SETTINGS, HistoryOutcome.DONE, "settings DB_POOL_MAX=20 (was 10)")
                        .by(ANA)))
                .isEqualTo("TERAFY0505: Pool P: settings DB_POOL_MAX=20 (was 10)" + ASKED + " outcome=DONE" + PLACE);
    }

    @Test
    void aPauseAndItsEndAreTold() {
        assertThat(line(HistoryEvent.of(HistoryKind.PAUSE, HistoryOutcome.DONE, "pause")
                        .by(ANA)))
                .isEqualTo("TERAFY0506: Pool P: pause" + ASKED + " outcome=DONE" + PLACE);
        assertThat(line(HistoryEvent.of(HistoryKind.RESUME, HistoryOutcome.FAILED, "resume")
                        .by(ANA)))
                .isEqualTo("TERAFY0506: Pool P: resume" + ASKED + " outcome=FAILED" + PLACE);
    }

    @Test
    void aBackendThatWasNotThereOrNotLookedForIsToldByItsName() {
        HistoryTarget named = HistoryTarget.named(5, NOON);
        HistoryEvent gone = HistoryEvent.of(HistoryKind.CANCEL, HistoryOutcome.GONE_OR_CHANGED, "ADMINISTRATOR");
        assertThat(line(gone.on(named).by(ANA)))
                .isEqualTo("TERAFY0423: Pool P: not found pid=5 backend_start=2026-03-02T12:00:00Z" + PLACE
                        + " rule=ADMINISTRATOR by=administrator" + ASKED + " outcome=GONE_OR_CHANGED");
        assertThat(line(gone.on(Events.PSQL).by(ANA))).startsWith("TERAFY0421: ");
        HistoryEvent busy = HistoryEvent.of(HistoryKind.TERMINATE, HistoryOutcome.BUSY, "ADMINISTRATOR");
        assertThat(line(busy.on(named).by(ANA)))
                .startsWith("TERAFY0420: Pool P: terminate pid=5 ")
                .endsWith(" outcome=BUSY");
    }

    @Test
    void anAdministratorCalledTimerIsNotTakenForIt() {
        assertThat(line(Events.terminated(HistoryOutcome.ENDED).by(new UserRequest("timer", "::1", ""))))
                .contains(" by=administrator who=\"timer\"");
    }

    @Test
    void whatUsersOfTheMonitoringDo() {
        assertThat(line(Events.flushed(3)))
                .isEqualTo("TERAFY0501: Pool P: flush mode=idle" + ASKED + " outcome=DONE count=3" + PLACE);
        assertThat(line(HistoryEvent.of(HistoryKind.QUERY_TEXTS, HistoryOutcome.DONE, "user=terafy_app&query=full")
                        .by(ANA)
                        .showing(List.of(101, 102))))
                .isEqualTo("TERAFY0502: Pool P: full query texts of 2 backends shown who=\"ana\""
                        + " filter=\"user=terafy_app&query=full\" pids=[101, 102]" + PLACE);
    }

    @Test
    void whatWasRefusedIsAWarningAndForgesNoLine() {
        HistoryEvent refused = Events.refused("POST /a\nTERAFY0501").by(new UserRequest("a\" who=\"b", "::1", ""));
        assertThat(line(refused))
                .isEqualTo("TERAFY0503: Pool P: refused \"POST /a\\u000aTERAFY0501\" who=\"a\\\" who=\\\"b\""
                        + " status=403 from=\"::1\" node=\"a\"");
        assertThat(AuditLine.level(entry(refused))).isEqualTo(Level.WARNING);
        assertThat(AuditLine.level(entry(Events.flushed(1)))).isEqualTo(Level.INFO);
    }

    @Test
    void failedLogins() {
        HistoryEvent failed = HistoryEvent.of(HistoryKind.FAILED_LOGIN, HistoryOutcome.REFUSED, "Basic")
                .by(new UserRequest("x".repeat(500), "10.0.0.9", ""));
        assertThat(line(failed))
                .isEqualTo("TERAFY0504: Pool P: failed login who=\"" + "x".repeat(300) + "...\" by=\"Basic\"" + PLACE);
        assertThat(line(HistoryEvent.of(HistoryKind.FAILED_LOGIN, HistoryOutcome.REFUSED, "any")
                        .by(new UserRequest("", "10.0.0.9", ""))
                        .counting(37)))
                .isEqualTo("TERAFY0504: Pool P: 37 further failed logins, not told one by one by=\"any\"" + PLACE);
    }
}
