package com.terafy.pool.settings;

/**
 * Which of several servers a connection may go to; pgjdbc's {@code targetServerType}.
 *
 * @see <a href="https://jdbc.postgresql.org/documentation/use/#connection-fail-over">pgjdbc, Connection Fail-over</a>
 */
public enum TargetServerType implements Choice {
    ANY("any"),
    PRIMARY("primary"),
    SECONDARY("secondary"),
    PREFER_PRIMARY("preferPrimary"),
    PREFER_SECONDARY("preferSecondary");

    private final String text;

    TargetServerType(String text) {
        this.text = text;
    }

    /** True if a replica is wanted, be it only as long as there is one. */
    public boolean wantsReplica() {
        return this == SECONDARY || this == PREFER_SECONDARY;
    }

    @Override
    public String text() {
        return text;
    }
}
