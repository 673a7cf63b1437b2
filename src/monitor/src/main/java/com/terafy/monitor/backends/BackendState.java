package com.terafy.monitor.backends;

import java.util.Arrays;
import java.util.List;

/** The values of pg_stat_activity.state, in PostgreSQL's words. */
public enum BackendState {
    ACTIVE("active"),
    IDLE("idle"),
    IDLE_IN_TRANSACTION("idle in transaction"),
    IDLE_IN_TRANSACTION_ABORTED("idle in transaction (aborted)"),
    FASTPATH("fastpath function call"),
    STARTING("starting"),
    DISABLED("disabled");

    private final String text;

    BackendState(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }

    /** Whether a backend in that state runs something. */
    static boolean isRunning(String state) {
        return state.equals(ACTIVE.text) || state.equals(FASTPATH.text);
    }

    /** All of them. */
    public static List<String> texts() {
        return Arrays.stream(values()).map(BackendState::text).toList();
    }
}
