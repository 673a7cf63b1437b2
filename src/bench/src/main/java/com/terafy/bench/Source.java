package com.terafy.bench;

import java.util.Set;

/** Where connections come from. All pools hold 10. */
public enum Source {
    TERAFY("java:/TerafyDS"),
    /** A pool of the same adapter, deployed a second time, that resets no session, as no peer does. */
    UNRESET("… reset off"),
    /** Another pool of that second one, with DB_POOL_LEAK_THRESHOLD set. */
    LEAKS("… leak detection on"),
    WILDFLY("WildFly datasource"),
    VALIDATED("… validate-on-match"),
    VALIDATED_SAFE("… that and reset"),
    AGROAL("WildFly Agroal"),
    AGROAL_SAFE("… validated, reset"),
    HIKARI("HikariCP in the WAR"),
    HIKARI_SAFE("… validated, reset"),
    /** An adapter that does nothing, with the same settings of the container: what the container costs. */
    EMPTY("an empty adapter"),
    /** One open connection of the driver, without any pool: the floor. */
    BARE("bare driver");

    private static final Set<Source> SAFE = Set.of(VALIDATED_SAFE, AGROAL_SAFE, HIKARI_SAFE);
    private static final Set<Workload> CYCLES = Set.of(Workload.CYCLE_1, Workload.CYCLE_32);
    private static final Set<Workload> SELECTS =
            Set.of(Workload.SELECT_1, Workload.SELECT_8, Workload.SELECT_32, Workload.SELECT_1000_VIRTUAL);

    private final String title;

    Source(String title) {
        this.title = title;
    }

    public String title() {
        return title;
    }

    /**
     * True for a peer that does what Terafy does by default: it validates each connection at the borrow, and resets its
     * session at the return, by {@code DISCARD ALL}.
     */
    public boolean isSafe() {
        return SAFE.contains(this);
    }

    /**
     * False where it makes no sense: an empty adapter connects to nothing, HikariCP knows no JTA, one bare connection serves one thread, and
     * {@code DISCARD ALL} is refused within a transaction.
     */
    public boolean runs(Workload workload) {
        return switch (this) {
            case HIKARI -> workload != Workload.JTA_UPDATE_1;
            case VALIDATED_SAFE, AGROAL_SAFE, HIKARI_SAFE -> SELECTS.contains(workload);
            case EMPTY -> CYCLES.contains(workload);
            case BARE -> workload == Workload.SELECT_1 || workload == Workload.ROWS_1;
            default -> true;
        };
    }
}
