package com.terafy.monitor.openapi;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** Every member of a body. */
public enum BodyMember {
    REASON("reason", "Why; goes into the audit log", Kind.REQUIRED, 300),
    BACKEND_START(
            "backendStart",
            "pg_stat_activity.backend_start of the backend, to the microsecond",
            Kind.REQUIRED,
            BodyMember.LONGEST_TIME),
    QUERY_START(
            "queryStart",
            "query_start of the backend as it was seen; if it is another by now, nothing is done",
            Kind.OPTIONAL,
            BodyMember.LONGEST_TIME),
    STATE("state", "State of the backend as it was seen; if it is another by now, nothing is done", Kind.OPTIONAL, 40),
    MODE("mode", "Which connections: idle, gracefully or all", Kind.REQUIRED, 10),
    CONFIRMED(
            "confirmed",
            "That it may carry the lease of another node's pool, or be lent there, is known",
            Kind.FLAG,
            0),
    DB_POOL_MIN(BodyMember.NUMBER, "Fewest connections that are kept"),
    DB_POOL_MAX(BodyMember.NUMBER, "Most connections that are opened"),
    DB_POOL_IDLE_TIMEOUT(BodyMember.SPAN, "A connection idle longer than this is closed, down to the minimum"),
    DB_POOL_MAX_LIFETIME(
            BodyMember.SPAN_OR_OFF, "A connection opened from now on that is older than about this is retired"),
    DB_POOL_LEAK_THRESHOLD(BodyMember.SPAN_OR_OFF, "A connection held longer than this is reported as a leak"),
    DB_POOL_ACQUIRE_TIMEOUT(BodyMember.SPAN, "Longest wait for a connection"),
    DB_CLEANUP_DRY_RUN("true or false", "Whether the backend cleanup only says what it would end");

    /** The settings that can be changed while the pool runs, by their names in the environment. */
    public static final Set<BodyMember> SETTINGS =
            Collections.unmodifiableSet(EnumSet.range(DB_POOL_MIN, DB_CLEANUP_DRY_RUN));

    private static final int LONGEST_TIME = 40;
    private static final int LONGEST_SETTING = 20;

    private static final String NUMBER = "a whole number";
    private static final String SPAN = "a number and a unit, such as 500ms, 30s, 5m or 1h";
    private static final String SPAN_OR_OFF = "a number and a unit, such as 30s, 5m or 1h, or off";

    /** What it is. */
    public enum Kind {
        /** A text that must be there. */
        REQUIRED,
        /** A text that may be left out. */
        OPTIONAL,
        /** True or false; may be left out, which is false. */
        FLAG
    }

    private final String text;
    private final String description;
    private final Kind kind;
    private final int longest;

    BodyMember(String text, String description, Kind kind, int longest) {
        this.text = text;
        this.description = description;
        this.kind = kind;
        this.longest = longest;
    }

    /** A setting, by its own name. */
    BodyMember(String wanted, String description) {
        this.text = name();
        this.description = description + ": " + wanted;
        this.kind = Kind.OPTIONAL;
        this.longest = BodyMember.LONGEST_SETTING;
    }

    /** As it stands in the body. */
    public String text() {
        return text;
    }

    public String description() {
        return description;
    }

    public Kind kind() {
        return kind;
    }

    /** Most characters of a text. */
    public int longest() {
        return longest;
    }
}
