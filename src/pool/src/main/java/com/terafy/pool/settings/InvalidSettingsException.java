package com.terafy.pool.settings;

import java.util.List;

/** Settings that nothing can be started with. Its message lists every problem, one a line, and shows no secret. */
public final class InvalidSettingsException extends Exception {

    private static final long serialVersionUID = 1L;

    private final List<String> problems;

    InvalidSettingsException(String pool, List<String> problems) {
        super(summary(pool, problems));
        this.problems = List.copyOf(problems);
    }

    private static String summary(String pool, List<String> problems) {
        String what = problems.size() == 1 ? "1 setting is wrong" : problems.size() + " settings are wrong";
        return "TERAFY0100: Pool " + pool + ": " + what + "; nothing was started.\n  " + String.join("\n  ", problems);
    }

    /** The problems, each a full message with its id; never empty. */
    public List<String> problems() {
        return problems;
    }
}
