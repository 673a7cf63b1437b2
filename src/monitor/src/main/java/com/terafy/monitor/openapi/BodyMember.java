package com.terafy.monitor.openapi;

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
            0);

    private static final int LONGEST_TIME = 40;

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
