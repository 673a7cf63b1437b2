package com.terafy.it.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JudgementTest {

    private static final Instant SILENT = Instant.parse("2026-11-30T12:00:00Z");
    private static final Session FRIEND = new Session(4711, Instant.parse("2026-11-30T11:00:00.123456Z"));
    private static final Session OTHER = new Session(4711, Instant.parse("2026-11-30T11:00:00.123457Z"));
    private static final Orphan TAGGED = new Orphan(new Session(4712, SILENT), "an idle one", true, SILENT);
    private static final Orphan RENAMED = new Orphan(new Session(4713, SILENT), "a renamed one", false, SILENT);
    private static final Map<Session, String> FRIENDS = Map.of(FRIEND, "node WIDE");

    private final Hindrances hindrances = new Hindrances();
    private final Judgement judgement = new Judgement(hindrances);

    private static AuditLine line(Session session, String outcome) {
        return AuditLine.parse(
                        "strict",
                        "2026-11-30 12:02:00,123 INFO  [com.terafy.audit] (EJB default - 1) TERAFY0420: Pool TerafyDS:"
                                + " terminate pid=" + session.pid() + " backend_start=" + session.start()
                                + " user=\"terafy_app\" application_name=\"x pid=1 backend_start=y\" client=127.0.0.1"
                                + " state=\"idle\" age=PT2M rule=ORPHAN by=timer who=\"timer\" why=\"\" outcome="
                                + outcome)
                .orElseThrow();
    }

    private void ended(Orphan orphan, long seconds) {
        judgement.add(List.of(orphan));
        judgement.ended(orphan.session(), SILENT.plusSeconds(seconds));
    }

    @Test
    void aFriendThatWasEndedIsNamedWithItsNode() {
        for (String outcome : List.of("ENDED", "SIGNALLED", "FAILED")) {
            assertThat(judgement.against(line(FRIEND, outcome), FRIENDS))
                    .hasValueSatisfying(text -> assertThat(text).contains("a session of node WIDE", "by node strict"));
        }
    }

    @Test
    void whoIsNoOrphanIsNotToBeEndedEither() {
        assertThat(judgement.against(line(OTHER, "ENDED"), FRIENDS))
                .hasValueSatisfying(text -> assertThat(text).contains("somebody else's"));
    }

    @Test
    void aFriendThatWasSparedAtTheLastMomentLives() {
        assertThat(judgement.against(line(FRIEND, "GONE_OR_CHANGED"), FRIENDS)).isEmpty();
    }

    @Test
    void orphansMayBeEnded() {
        judgement.add(List.of(TAGGED));
        assertThat(judgement.against(line(TAGGED.session(), "ENDED"), FRIENDS)).isEmpty();
    }

    @Test
    void anOrphanIsEndedWithinItsTime() {
        ended(TAGGED, Judgement.LIMIT.toSeconds());
        assertThat(judgement.untimely(SILENT.plus(Duration.ofHours(1)))).isEmpty();
    }

    @Test
    void anOrphanThatWasEndedTooSoonOrTooLateOrNeverIsNamed() {
        ended(TAGGED, 89);
        ended(RENAMED, Judgement.LIMIT.toSeconds() + 1);
        Session third = new Session(4714, SILENT);
        judgement.add(List.of(new Orphan(third, "a lease", true, SILENT)));
        assertThat(judgement.untimely(SILENT.plus(Judgement.LIMIT))).hasSize(2);
        assertThat(judgement.untimely(SILENT.plus(Judgement.LIMIT).plusSeconds(1)))
                .hasSize(3)
                .anyMatch(text -> text.contains("an idle one") && text.contains("after 89 s"))
                .anyMatch(text -> text.contains("a renamed one") && text.contains("ended after 185 s"))
                .anyMatch(text -> text.contains("a lease") && text.contains("still there"));
    }

    @Test
    void aFrozenServerGivesAllMoreTimeAndASilentNodeThoseWithoutATag() {
        hindrances.add(SILENT.plusSeconds(10), SILENT.plusSeconds(30), false);
        ended(TAGGED, Judgement.LIMIT.toSeconds() + 20);
        ended(RENAMED, Judgement.LIMIT.toSeconds() + 20);
        assertThat(judgement.untimely(SILENT)).singleElement().asString().contains("an idle one");
        hindrances.add(SILENT.plusSeconds(40), SILENT.plusSeconds(50), true);
        assertThat(judgement.untimely(SILENT)).isEmpty();
    }

    @Test
    void whatEndedWithTheServerIsNotJudged() {
        judgement.add(List.of(TAGGED));
        judgement.excuseThoseThatLive();
        assertThat(judgement.living()).isEmpty();
        assertThat(judgement.untimely(SILENT.plus(Duration.ofHours(1)))).isEmpty();
        assertThat(judgement.against(line(TAGGED.session(), "ENDED"), FRIENDS)).isEmpty();
    }

    @Test
    void anEndThatNobodyAuditedIsNamed() {
        ended(TAGGED, 120);
        assertThat(judgement.unaudited(List.of(line(TAGGED.session(), "GONE_OR_CHANGED"))))
                .singleElement()
                .asString()
                .contains("no audit log");
        assertThat(judgement.unaudited(List.of(line(TAGGED.session(), "ENDED"))))
                .isEmpty();
    }
}
