package com.terafy.bench;

/** What is done again and again, and by how many threads. */
public enum Workload {
    CYCLE_1("get+close", 1),
    CYCLE_32("get+close", 32),
    SELECT_1("SELECT 1", 1),
    SELECT_8("SELECT 1", 8),
    SELECT_32("SELECT 1", 32),
    JTA_UPDATE_1("JTA update", 1),
    ROWS_1("100,000 rows × 10", 1);

    private final String title;
    private final int threads;

    Workload(String title, int threads) {
        this.title = title;
        this.threads = threads;
    }

    public int threads() {
        return threads;
    }

    /** For people: what, and with how many threads. */
    public String title() {
        return title + ", " + (threads == 1 ? "1 thread" : threads + " threads");
    }
}
