package com.terafy.it.differential;

import com.terafy.it.differential.inside.Mode;

/** With local transactions, and beside a {@code data-source}. */
class DifferentialIT extends Table {

    DifferentialIT() {
        super(Mode.LOCAL);
    }
}
