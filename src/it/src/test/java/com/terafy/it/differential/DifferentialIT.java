package com.terafy.it.differential;

import com.terafy.it.differential.inside.Mode;
import com.terafy.it.differential.inside.Scenarios;
import java.util.stream.Stream;

/** With local transactions, and beside a {@code data-source}. */
class DifferentialIT extends Table {

    DifferentialIT() {
        super(Mode.LOCAL);
    }

    static Stream<Row> rows() {
        return Row.of(Scenarios.all());
    }
}
