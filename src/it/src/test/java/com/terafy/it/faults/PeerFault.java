package com.terafy.it.faults;

/** A fault that all {@link Peer}s are put under, see {@link PeerFaults}. */
enum PeerFault {
    TERMINATED("10 idle backends terminated", false),
    CRASHED("an idle backend `kill -9`, after the recovery", false),
    RESET("10 idle connections reset by the network", false),
    CLOSED("10 idle connections closed towards the client", false),
    RESTART("PostgreSQL restarted", true),
    DOWN("PostgreSQL down for 3 s", true),
    CRASH("a backend `kill -9`", true),
    CUT("an answer cut in the middle", true),
    FROZEN("PostgreSQL frozen (SIGSTOP) for 3 s", true),
    SILENT("the network silent for 3 s", true),
    REFUSED("the network resets, and refuses for 3 s", true),
    FULL("all backends terminated, and too many connections (53300) for 3 s", true),
    SLOW("the network slower by 100 ms for 3 s", true);

    private final String title;
    private final boolean underLoad;

    PeerFault(String title, boolean underLoad) {
        this.title = title;
        this.underLoad = underLoad;
    }

    String title() {
        return title;
    }

    /** Under a constant load of four threads; otherwise 200 operations begin at once after the fault. */
    boolean isUnderLoad() {
        return underLoad;
    }
}
