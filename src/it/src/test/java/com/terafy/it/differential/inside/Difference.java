package com.terafy.it.differential.inside;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Where Terafy is meant to differ from WildFly's datasource.
 *
 * @param reason why that is better
 * @param expected the outcome of Terafy: a regular expression for each line
 */
public record Difference(String reason, List<Pattern> expected) {

    public Difference {
        expected = List.copyOf(expected);
    }

    static Difference because(String reason, String... expected) {
        return new Difference(
                reason, List.of(expected).stream().map(Pattern::compile).toList());
    }

    /** Whether an outcome is the one that is expected of Terafy. */
    public boolean matches(List<String> outcome) {
        if (outcome.size() != expected.size()) {
            return false;
        }
        for (int i = 0; i < expected.size(); i++) {
            if (!expected.get(i).matcher(outcome.get(i)).matches()) {
                return false;
            }
        }
        return true;
    }
}
