package com.terafy.it.switchover;

/** What happens to the cluster, in the order of the table. */
enum Event {
    PLANNED("planned switchover"),
    CRASH("primary and its Patroni `kill -9`"),
    RETURN("the crashed one comes back as a replica"),
    FREEZE("primary and its Patroni frozen"),
    THAW("the frozen one goes on"),

    /**
     * Patroni 3.0 that was stopped in the middle of a look takes the lead back when it goes on, whoever has it by then: what
     * that one has confirmed meanwhile is lost. Nothing but a watchdog of the machine prevents it.
     */
    TAKEN_BACK("… and its Patroni takes the lead back"),
    ALL_DOWN("all servers `kill -9`, back after 5 s");

    private final String title;

    Event(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** False for what comes of another one. */
    boolean canBeBroughtAbout() {
        return this != TAKEN_BACK;
    }

    /** Pausing makes sense only for what is planned. */
    boolean concerns(Peer peer) {
        return peer != Peer.PAUSED || this == PLANNED;
    }
}
