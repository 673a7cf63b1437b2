package com.terafy.pool.settings;

import java.util.List;

/** Settings that nothing can be started with. Its message lists every problem, one a line, and shows no secret. */
public final class InvalidSettingsException extends Exception {

    private static final long serialVersionUID = 1L;

    static final String STARTED = "started";
    static final String CHANGED = "changed";

    private final List<String> problems;

    /** @param what was not done: {@link #STARTED} or {@link #CHANGED} */
    InvalidSettingsException(String pool, List<String> problems, String what) {
        super(summary(pool, problems, what));
        this.problems = List.copyOf(problems);
    }

    private static String summary(String pool, List<String> problems, String done) {
        String what = problems.size() == 1 ? "1 setting is wrong" : problems.size() + " settings are wrong";
        return "TERAFY0100: Pool " + pool + ": " + what + "; nothing was " + done + ".\n  "
                + String.join("\n  ", problems);
    }

    /** The problems, each a full message with its id; never empty. */
    public List<String> problems() {
        return problems;
    }
}
