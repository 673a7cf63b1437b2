package com.terafy.it.switchover;

/** What happens to the cluster, in the order of the table. */
enum Event {
    PLANNED("planned switchover"),
    CRASH("primary and its Patroni `kill -9`"),
    RETURN("the crashed one comes back as a replica"),
    FREEZE("primary and its Patroni frozen"),
    THAW("the frozen one goes on"),
    ALL_DOWN("all servers `kill -9`, back after 5 s");

    private final String title;

    Event(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** Pausing makes sense only for what is planned. */
    boolean concerns(Peer peer) {
        return peer != Peer.PAUSED || this == PLANNED;
    }
}
