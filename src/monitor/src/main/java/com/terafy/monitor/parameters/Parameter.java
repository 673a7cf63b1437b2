package com.terafy.monitor.parameters;

import com.terafy.api.ConnectionState;
import com.terafy.api.HistoryKind;
import com.terafy.monitor.backends.BackendClass;
import com.terafy.monitor.backends.BackendOrder;
import com.terafy.monitor.backends.BackendState;
import com.terafy.monitor.json.JsonNames;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** Every parameter of the API. */
public enum Parameter {
    POOL("name", "Name of the pool", false, new Rule.Text(64)),
    OF_POOL("pool", "Of this pool; without it, of the one at java:/TerafyDS", false, new Rule.Text(64)),
    PID("pid", "Process id of the backend", false, new Rule.Whole(1, Integer.MAX_VALUE)),
    USER("user", "Only backends of this role", false, new Rule.Text(63)),
    APPLICATION(
            "application",
            "Only backends with this application_name; with an asterisk at the end, all whose name begins so",
            false,
            new Rule.Text(64)),
    CLIENT("client", "Only backends whose client is at this address", false, new Rule.Address()),
    STATE("state", "Only backends in one of these states", true, new Rule.Choice(BackendState.texts())),
    CLASS("class", "Only backends of one of these classes", true, Rules.names(BackendClass.values())),
    MIN_IDLE("minIdle", "Only backends unchanged for at least this long", false, new Rule.Span(Duration.ofDays(3650))),
    MIN_TRANSACTION_AGE(
            "minTransactionAge",
            "Only backends whose transaction has been open for at least this long",
            false,
            new Rule.Span(Duration.ofDays(3650))),
    MIN_QUERY_AGE(
            "minQueryAge",
            "Only backends whose query has been running for at least this long",
            false,
            new Rule.Span(Duration.ofDays(3650))),
    SORT("sort", "What to sort by; descending with a hyphen before it", false, new Rule.Choice(BackendOrder.texts())),
    LIMIT("limit", "Most backends to show; 200 without it", false, new Rule.Whole(1, 1000)),
    AFTER(
            "after",
            "The next page: next of the answer before, with the same sort. Each page is of a reading that is at most a"
                    + " second old. A backend that stays, and keeps what is sorted by, is on exactly one page; what"
                    + " begins, ends or changes meanwhile may be on none or on two",
            false,
            new Rule.Cursor()),
    QUERY(
            "query",
            "Query text without its values, or in full, which needs the role terafy-query and the header X-Terafy-Request,"
                    + " and is audited",
            false,
            new Rule.Choice(List.of("redacted", "full"))),
    CONNECTION_STATE("state", "Only connections in one of these states", true, Rules.names(ConnectionState.values())),
    CONNECTION_LIMIT("limit", "Most connections to show; 200 without it", false, new Rule.Whole(1, 1000)),
    HISTORY_KIND("kind", "Only entries of one of these kinds", true, Rules.names(HistoryKind.values())),
    HISTORY_POOL("pool", "Only entries about this pool; without it, about all", false, new Rule.Text(64)),
    WHO("who", "Only entries of this user, or of timer", false, new Rule.Text(300)),
    SINCE("since", "Only entries of this time or later", false, new Rule.Time()),
    UNTIL("until", "Only entries before this time", false, new Rule.Time()),
    BEFORE(
            "before",
            "Only entries older than the one with this id: next of the page before",
            false,
            new Rule.EntryId()),
    HISTORY_LIMIT("limit", "Most entries to show; 50 without it", false, new Rule.Whole(1, 500));

    private static final class Rules {
        static Rule names(Enum<?>[] constants) {
            return new Rule.Choice(Arrays.stream(constants).map(JsonNames::of).toList());
        }
    }

    private final String text;
    private final String description;
    private final boolean repeatable;
    private final Rule rule;

    Parameter(String text, String description, boolean repeatable, Rule rule) {
        this.text = text;
        this.description = description;
        this.repeatable = repeatable;
        this.rule = rule;
    }

    /** As it stands in the address. */
    public String text() {
        return text;
    }

    public String description() {
        return description;
    }

    /** Whether it may be given several times, meaning any of its values. */
    public boolean repeatable() {
        return repeatable;
    }

    public Rule rule() {
        return rule;
    }
}
