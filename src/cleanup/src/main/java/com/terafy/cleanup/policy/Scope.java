package com.terafy.cleanup.policy;

import java.util.Arrays;
import java.util.Optional;

/** Whose backends may be ended: the values of {@code DB_CLEANUP_SCOPE}. */
public enum Scope {
    /** Those of the role that the pool logs in as; needs no further right. */
    OWN_ROLE("own-role"),
    /** Those whose {@code application_name} is the tag of a Terafy pool. */
    APPLICATION("application"),
    /** All of the database; needs pg_read_all_stats to see them and pg_signal_backend to end them. */
    DATABASE("database");

    private final String text;

    Scope(String text) {
        this.text = text;
    }

    /** As it stands in the setting. */
    public String text() {
        return text;
    }

    /** The scope with this text; empty if there is none. */
    public static Optional<Scope> of(String text) {
        return Arrays.stream(values()).filter(scope -> scope.text.equals(text)).findFirst();
    }
}
