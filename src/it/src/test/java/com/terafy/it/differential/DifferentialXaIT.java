package com.terafy.it.differential;

import com.terafy.it.differential.inside.Mode;

/** With distributed transactions, and beside an {@code xa-data-source}. */
class DifferentialXaIT extends Table {

    DifferentialXaIT() {
        super(Mode.XA);
    }
}
