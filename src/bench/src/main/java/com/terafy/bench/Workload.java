package com.terafy.bench;

import java.util.Locale;

/** What is done again and again, and by how many threads. */
public enum Workload {
    CYCLE_1("get+close", 1),
    CYCLE_32("get+close", 32),
    SELECT_1("SELECT 1", 1),
    SELECT_8("SELECT 1", 8),
    SELECT_32("SELECT 1", 32),
    /** On virtual threads, where the JVM has them. */
    SELECT_1000_VIRTUAL("SELECT 1", 1_000),
    JTA_UPDATE_1("JTA update", 1),
    ROWS_1("100,000 rows × 10", 1);

    private static final int FIRST_WITH_VIRTUAL_THREADS = 21;

    private final String title;
    private final int threads;

    Workload(String title, int threads) {
        this.title = title;
        this.threads = threads;
    }

    public int threads() {
        return threads;
    }

    public boolean isVirtual() {
        return this == SELECT_1000_VIRTUAL;
    }

    /** False if this JVM lacks what it takes. */
    public boolean runsHere() {
        return !isVirtual() || Runtime.version().feature() >= FIRST_WITH_VIRTUAL_THREADS;
    }

    /** For people: what, and with how many threads. */
    public String title() {
        String kind = isVirtual() ? " virtual threads" : threads == 1 ? " thread" : " threads";
        return String.format(Locale.ROOT, "%s, %,d%s", title, threads, kind);
    }
}
