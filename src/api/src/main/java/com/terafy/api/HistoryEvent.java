package com.terafy.api;

import com.terafy.api.text.Quoted;
import java.util.List;
import java.util.Optional;

/**
 * Something to be told to the audit log and to the history. It has no secret and no query text. Texts that clients have
 * chosen are cut to {@link Quoted#LONGEST} characters, and not escaped: who shows them must.
 *
 * @param kind what it is about
 * @param outcome what came of it
 * @param timer whether the backend cleanup's timer did it; a user may bear any name
 * @param who name of the user, or {@code timer}; empty if nobody is logged in
 * @param from address of the client, or of the proxy before the server; empty for the timer
 * @param why the reason that was given; empty if there is none
 * @param what what was asked for: the rule, the mode, the filter, method and path; never a text of the client alone
 * @param target the backend it is about
 * @param pids whose texts were shown; at most {@link #MOST_PIDS}
 * @param count how many: connections flushed, backends ended, texts shown, logins that failed
 * @param status the HTTP status of a refusal
 */
public record HistoryEvent(
        HistoryKind kind,
        HistoryOutcome outcome,
        boolean timer,
        String who,
        Optional<String> from,
        String why,
        String what,
        Optional<HistoryTarget> target,
        List<Integer> pids,
        Optional<Integer> count,
        Optional<Integer> status) {

    /** As many as the API shows backends at a time. */
    public static final int MOST_PIDS = 1000;

    public HistoryEvent {
        if (!kind.outcomes().contains(outcome)) {
            throw new IllegalArgumentException(kind + " has no outcome " + outcome + ", but " + kind.outcomes());
        }
        who = cut(who);
        from = from.map(HistoryEvent::cut);
        why = cut(why);
        what = cut(what);
        pids = List.copyOf(pids.subList(0, Math.min(MOST_PIDS, pids.size())));
    }

    /** An event that is told with no more than this. */
    public static HistoryEvent of(HistoryKind kind, HistoryOutcome outcome, String what) {
        return new HistoryEvent(
                kind,
                outcome,
                false,
                "",
                Optional.empty(),
                "",
                what,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    /** The same, done by the timer. */
    public HistoryEvent byTimer() {
        return new HistoryEvent(kind, outcome, true, "timer", Optional.empty(), "", what, target, pids, count, status);
    }

    /** The same, asked for by a user. */
    public HistoryEvent by(UserRequest request) {
        return new HistoryEvent(
                kind,
                outcome,
                false,
                request.who(),
                Optional.of(request.from()),
                request.why(),
                what,
                target,
                pids,
                count,
                status);
    }

    /** The same, about a backend. */
    public HistoryEvent on(HistoryTarget backend) {
        return new HistoryEvent(kind, outcome, timer, who, from, why, what, Optional.of(backend), pids, count, status);
    }

    /** The same, having shown these backends, which are counted. */
    public HistoryEvent showing(List<Integer> backends) {
        return new HistoryEvent(
                kind, outcome, timer, who, from, why, what, target, backends, Optional.of(backends.size()), status);
    }

    /** The same with a number of what it is about. */
    public HistoryEvent counting(int number) {
        return new HistoryEvent(kind, outcome, timer, who, from, why, what, target, pids, Optional.of(number), status);
    }

    /** The same with the HTTP status that was answered. */
    public HistoryEvent answered(int httpStatus) {
        return new HistoryEvent(
                kind, outcome, timer, who, from, why, what, target, pids, count, Optional.of(httpStatus));
    }

    private static String cut(String text) {
        return text.codePointCount(0, text.length()) <= Quoted.LONGEST
                ? text
                : text.substring(0, text.offsetByCodePoints(0, Quoted.LONGEST)) + "...";
    }
}
