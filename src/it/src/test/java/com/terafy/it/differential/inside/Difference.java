package com.terafy.it.differential.inside;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where Terafy is meant to differ from WildFly's datasource. All lines of the outcome that it does not name must be the
 * same.
 *
 * @param reason why that is better
 * @param expected for each label that differs what Terafy's lines of that label are: a regular expression
 * @param certain false if Terafy may also do exactly what WildFly's datasource does
 */
public record Difference(String reason, List<Expectation> expected, boolean certain) {

    /** The message of a refusal is one sentence or two of Terafy's own, without what the container said. */
    private static final String SENTENCE = " \\| TERAFY\\d{4}: (?!.*(IJ0|org\\.jboss)).{1,400}";

    static final String CLOSED = "SQLException 08003" + SENTENCE;
    static final String LOST = "SQLException 08..." + SENTENCE;
    static final String DEMARCATION = "SQLException 2D000" + SENTENCE;
    static final String DOOMED = "SQLException 25..." + SENTENCE;
    static final String ENDED = "SQLException (40000|25...)" + SENTENCE;

    /** What the transaction manager itself says of a transaction that it has to roll back. */
    static final String MANAGER_LOG = "log: (none|WARN ARJUNA\\d+(, WARN ARJUNA\\d+)*)";

    /** The same, and that a connection is lost. */
    static final String LOST_LOG = "log: (none|WARN (ARJUNA\\d+|IJ000305)(, WARN (ARJUNA\\d+|IJ000305))*)";

    public Difference {
        expected = List.copyOf(expected);
    }

    /** Of all lines with that label. */
    public record Expectation(String label, Pattern line) {

        static Expectation of(String line) {
            return new Expectation(labelOf(line), Pattern.compile(line));
        }
    }

    static Difference of(String reason, boolean certain, String... expected) {
        return new Difference(
                reason, List.of(expected).stream().map(Expectation::of).toList(), certain);
    }

    private static String labelOf(String line) {
        return line.substring(0, line.indexOf(": "));
    }

    /** What is expected of a line; empty if the table names no difference for it. */
    private Optional<Expectation> expectationOf(String line) {
        String label = labelOf(line);
        return expected.stream()
                .filter(expectation -> expectation.label().equals(label))
                .findFirst();
    }

    /** Whether an outcome of Terafy is as expected in all that differs. */
    public boolean matches(List<String> outcome) {
        return expected.stream().allMatch(expectation -> isMet(expectation, outcome));
    }

    private static boolean isMet(Expectation expectation, List<String> outcome) {
        List<String> lines = outcome.stream()
                .filter(line -> labelOf(line).equals(expectation.label()))
                .toList();
        return !lines.isEmpty()
                && lines.stream()
                        .allMatch(line -> expectation.line().matcher(line).matches());
    }

    /** The lines of an outcome that must not differ. */
    public List<String> rest(List<String> outcome) {
        return outcome.stream().filter(line -> expectationOf(line).isEmpty()).toList();
    }
}
