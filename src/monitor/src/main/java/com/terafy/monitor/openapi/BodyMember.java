package com.terafy.monitor.openapi;

/** Every member of a body. */
public enum BodyMember {
    REASON("reason", "Why; goes into the audit log", 300),
    BACKEND_START("backendStart", "pg_stat_activity.backend_start of the backend, to the microsecond", 40),
    MODE("mode", "Which connections: idle, gracefully or all", 10),
    CONFIRMED("confirmed", "That it may carry the lease of another node's pool, or be lent there, is known", 0);

    private final String text;
    private final String description;
    private final int longest;

    BodyMember(String text, String description, int longest) {
        this.text = text;
        this.description = description;
        this.longest = longest;
    }

    /** As it stands in the body. */
    public String text() {
        return text;
    }

    public String description() {
        return description;
    }

    /** Whether it is true or false, and may be left out; a text must be there. */
    public boolean isFlag() {
        return longest == 0;
    }

    /** Most characters. */
    public int longest() {
        return longest;
    }
}
