package com.terafy.cleanup.history;

import com.terafy.api.HistoryEntry;
import com.terafy.api.HistoryKind;
import com.terafy.api.HistoryOutcome;
import com.terafy.api.HistoryTarget;
import com.terafy.api.text.Quoted;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;

/**
 * An entry as a line of the audit log: TERAFY0420 to 0423 for what happens to backends, TERAFY0501 to 0506 for what users
 * of the monitoring do. Every text that others have chosen is quoted.
 */
final class AuditLine {

    private AuditLine() {}

    /** Refusals are worth a look, everything else is as it was meant. */
    static Level level(HistoryEntry entry) {
        return entry.outcome() == HistoryOutcome.REFUSED ? Level.WARNING : Level.INFO;
    }

    /** The line. */
    static String of(HistoryEntry entry) {
        return switch (entry.kind()) {
            case TERMINATE, CANCEL -> backend(entry);
            case FLUSH, CLEANUP_RUN -> message("0501", entry, entry.what() + asked(entry) + came(entry));
            case SETTINGS -> message("0505", entry, entry.what() + asked(entry) + came(entry));
            case PAUSE, RESUME -> message("0506", entry, entry.what() + asked(entry) + came(entry));
            case QUERY_TEXTS ->
                message(
                        "0502",
                        entry,
                        "full query texts of " + entry.count().orElse(0) + " backends shown who="
                                + Quoted.of(entry.who()) + " filter=" + Quoted.of(entry.what()) + " pids="
                                + entry.pids() + place(entry));
            case REFUSAL ->
                message(
                        "0503",
                        entry,
                        "refused " + Quoted.of(entry.what()) + " who=" + Quoted.of(entry.who()) + " status="
                                + entry.status().map(String::valueOf).orElse("-") + place(entry));
            case FAILED_LOGIN -> failedLogin(entry);
        };
    }

    /** Those that are not told one by one have a number and no name. */
    private static String failedLogin(HistoryEntry entry) {
        String what = entry.count()
                .map(further -> further + " further failed logins, not told one by one")
                .orElseGet(() -> "failed login who=" + Quoted.of(entry.who()));
        return message("0504", entry, what + " by=" + Quoted.of(entry.what()) + place(entry));
    }

    private static String backend(HistoryEntry entry) {
        HistoryTarget target = entry.target().orElseThrow();
        boolean unknown = target.applicationName().isEmpty() && entry.outcome() == HistoryOutcome.GONE_OR_CHANGED;
        String asked = place(entry) + " rule=" + entry.what() + " by=" + (entry.timer() ? "timer" : "administrator")
                + asked(entry) + came(entry);
        if (unknown) {
            return message("0423", entry, "not found pid=" + target.pid() + " backend_start=" + start(target) + asked);
        }
        if (entry.outcome() == HistoryOutcome.DRY_RUN) {
            return message("0422", entry, "would terminate " + facts(target) + asked);
        }
        return entry.kind() == HistoryKind.CANCEL
                ? message("0421", entry, "cancel " + facts(target) + asked)
                : message("0420", entry, "terminate " + facts(target) + asked);
    }

    private static String facts(HistoryTarget target) {
        return "pid=" + target.pid()
                + " backend_start=" + start(target)
                + " user=" + target.user().map(Quoted::of).orElse("-")
                + " application_name="
                + target.applicationName().map(Quoted::of).orElse("-")
                + " client=" + target.clientAddress().orElse("-")
                + " state=" + target.state().map(Quoted::of).orElse("-")
                + " age=" + target.age().map(Duration::toString).orElse("-");
    }

    private static String start(HistoryTarget target) {
        return target.backendStart().map(Instant::toString).orElse("-");
    }

    private static String asked(HistoryEntry entry) {
        return " who=" + Quoted.of(entry.who()) + " why=" + Quoted.of(entry.why());
    }

    /** What came of it, in the end where only a backend's place came before. */
    private static String came(HistoryEntry entry) {
        String outcome = " outcome=" + entry.outcome();
        return entry.target().isPresent()
                ? outcome
                : outcome + entry.count().map(count -> " count=" + count).orElse("") + place(entry);
    }

    private static String place(HistoryEntry entry) {
        return entry.from().map(from -> " from=" + Quoted.of(from)).orElse("") + " node=" + Quoted.of(entry.node());
    }

    private static String message(String id, HistoryEntry entry, String text) {
        return "TERAFY" + id + ": Pool " + entry.pool() + ": " + text;
    }
}
