package com.terafy.it.differential;

import com.terafy.it.differential.inside.Difference;
import com.terafy.it.differential.inside.Mode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Two outcomes of a row, and what the table says of them. */
record Comparison(Row row, Mode mode, List<String> terafy, List<String> wildfly) {

    /** What is wrong; empty if nothing is. */
    Optional<String> fault() {
        boolean same = comparable(terafy).equals(comparable(wildfly));
        Optional<Difference> difference = row.scenario().difference(mode);
        if (difference.isEmpty()) {
            return same ? Optional.empty() : Optional.of("a difference that the table does not name");
        }
        if (same) {
            return difference.get().certain()
                    ? Optional.of("not the difference that the table names: " + inWords(difference.get()))
                    : Optional.empty();
        }
        return fault(difference.get());
    }

    private Optional<String> fault(Difference difference) {
        if (!difference.matches(terafy)) {
            return Optional.of("not what the table names: " + inWords(difference));
        }
        return comparable(difference.rest(terafy)).equals(comparable(difference.rest(wildfly)))
                ? Optional.empty()
                : Optional.of("more of a difference than the table names: " + inWords(difference));
    }

    private static String inWords(Difference difference) {
        return difference.reason()
                + difference.expected().stream()
                        .map(expectation -> "\n    " + expectation.line())
                        .collect(Collectors.joining());
    }

    /** Without messages, and of a SQLSTATE only the class. */
    private static List<String> comparable(List<String> outcome) {
        return outcome.stream()
                .map(line -> line.replaceFirst(" \\| .*", "").replaceFirst("SQLException (..)...$", "SQLException $1"))
                .toList();
    }

    @Override
    public String toString() {
        return row + ", " + mode + "\n  Terafy\n    " + String.join("\n    ", terafy) + "\n  WildFly\n    "
                + String.join("\n    ", wildfly) + "\n";
    }
}
