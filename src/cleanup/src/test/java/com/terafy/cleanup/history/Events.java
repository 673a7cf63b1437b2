package com.terafy.cleanup.history;

import com.terafy.api.HistoryEvent;
import com.terafy.api.HistoryKind;
import com.terafy.api.HistoryOutcome;
import com.terafy.api.HistoryQuery;
import com.terafy.api.HistoryTarget;
import com.terafy.api.UserRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** What the tests of this package tell and ask. */
final class Events {

    static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

    static final UserRequest ANA = new UserRequest("ana", "10.0.0.9", "stuck\nsince \"noon\"");

    static final HistoryTarget PSQL = new HistoryTarget(
            4711,
            Optional.of(NOON.minusSeconds(3600)),
            Optional.of("terafy_app"),
            Optional.of("psql"),
            Optional.of("10.0.0.7"),
            Optional.of("idle"),
            Optional.of(Duration.ofSeconds(301)));

    private Events() {}

    static HistoryEvent terminated(HistoryOutcome outcome) {
        return HistoryEvent.of(HistoryKind.TERMINATE, outcome, "IDLE").on(PSQL);
    }

    static HistoryEvent flushed(int connections) {
        return HistoryEvent.of(HistoryKind.FLUSH, HistoryOutcome.DONE, "flush mode=idle")
                .by(ANA)
                .counting(connections);
    }

    static HistoryEvent refused(String what) {
        return HistoryEvent.of(HistoryKind.REFUSAL, HistoryOutcome.REFUSED, what)
                .by(ANA)
                .answered(403);
    }

    static HistoryQuery newest(int limit) {
        return of(Set.of(), limit);
    }

    static HistoryQuery of(Set<HistoryKind> kinds, int limit) {
        return new HistoryQuery(
                Optional.empty(), kinds, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), limit);
    }

    static HistoryQuery before(String id, int limit) {
        return new HistoryQuery(
                Optional.empty(),
                Set.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(id),
                limit);
    }
}
