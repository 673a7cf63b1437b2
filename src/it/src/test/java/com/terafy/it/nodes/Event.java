package com.terafy.it.nodes;

/** What happens to the database, the nodes or beside them. */
enum Event {
    /** The sessions in which nodes say that they live are terminated. */
    LEASE(2),
    /** Others take all connections that PostgreSQL has, and nodes lose their leases and cannot have them anew. */
    FULL(2),
    /** PostgreSQL is restarted, fast. */
    RESTART(1),
    /** SIGSTOP for a node, for a while: it does nothing and lives. */
    PAUSE(2),
    /** A node is suspended by its management interface, and resumed. */
    SUSPEND(1),
    /** An operator asks a node for a pass now. */
    RUN_NOW(1),
    /** SIGSTOP for PostgreSQL, for a while. */
    FREEZE(1),
    /** A further node says that it lives, and then nothing more, for good. */
    ORPHANS(2),
    /** Nodes give some of what they keep back, and borrow others. */
    SHUFFLE(2);

    private final int cards;

    Event(int cards) {
        this.cards = cards;
    }

    /** How often it is in the deck. */
    int cards() {
        return cards;
    }
}
