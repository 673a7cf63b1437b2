package com.terafy.it.faults;

/** The lines of the README's table of guarantees, with the figures of this run. */
final class Table {

    private Table() {}

    static void row(String fault, Object terafy, Object wildfly) {
        System.out.println("| " + fault + " | " + terafy + " | " + wildfly + " |");
    }
}
