package com.terafy.it.differential;

import com.terafy.it.differential.inside.Difference;
import com.terafy.it.differential.inside.Mode;
import java.util.List;
import java.util.Optional;

/** Two outcomes of a row, and what the table says of them. */
record Comparison(Row row, Mode mode, List<String> terafy, List<String> wildfly) {

    /** What is wrong; empty if nothing is. */
    Optional<String> fault() {
        boolean same = comparable(terafy).equals(comparable(wildfly));
        Optional<Difference> difference = row.scenario().difference(mode);
        if (difference.isEmpty()) {
            return same ? Optional.empty() : Optional.of("a difference that the table does not name");
        }
        if (!difference.get().matches(terafy)) {
            return Optional.of("not what the table expects, which is\n    "
                    + String.join(
                            "\n    ",
                            difference.get().expected().stream()
                                    .map(Object::toString)
                                    .toList()) + "\n  because "
                    + difference.get().reason());
        }
        return same ? Optional.of("a difference that is none any more") : Optional.empty();
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
