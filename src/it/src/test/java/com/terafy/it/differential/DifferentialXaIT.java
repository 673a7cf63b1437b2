package com.terafy.it.differential;

import com.terafy.it.differential.inside.Mode;
import com.terafy.it.differential.inside.Scenarios;
import java.util.stream.Stream;

/** With distributed transactions, and beside an {@code xa-data-source}; each scenario in the first of its places. */
class DifferentialXaIT extends Table {

    DifferentialXaIT() {
        super(Mode.XA);
    }

    static Stream<Row> rows() {
        return Row.of(Scenarios.all()).filter(row -> row.scenario().places().indexOf(row.place()) == 0);
    }
}
