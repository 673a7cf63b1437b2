package com.terafy.bench;

/** Where connections come from. All pools hold 10. */
public enum Source {
    TERAFY("java:/TerafyDS"),
    /** The same adapter deployed a second time, with DB_POOL_LEAK_THRESHOLD set. */
    LEAKS("… leak detection on"),
    WILDFLY("WildFly datasource"),
    VALIDATED("… validate-on-match"),
    BACKGROUND("… background valid."),
    AGROAL("WildFly Agroal"),
    HIKARI("HikariCP in the WAR"),
    /** One open connection of the driver, without any pool: the floor. */
    BARE("bare driver");

    private final String title;

    Source(String title) {
        this.title = title;
    }

    public String title() {
        return title;
    }

    /** False where it makes no sense: HikariCP knows no JTA, and one bare connection serves one thread. */
    public boolean runs(Workload workload) {
        return switch (this) {
            case HIKARI -> workload != Workload.JTA_UPDATE_1;
            case BARE -> workload == Workload.SELECT_1 || workload == Workload.ROWS_1;
            default -> true;
        };
    }
}
