package com.terafy.it.versions;

/** What is asked of each combination, in this order. */
enum Check {
    BORROW("borrow"),
    TRANSACTION("JTA commit and rollback"),
    SWEEP("sweep"),
    REST("REST"),
    DASHBOARD("dashboard"),
    LOG("log without a warning"),
    FLIGHT_RECORDER("flight recorder"),
    XA("XA over two databases"),
    UNDEPLOY("undeploy leaves no backend");

    private final String title;

    Check(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }
}
