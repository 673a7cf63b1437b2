package com.terafy.pool.ledger;

import static com.terafy.api.ConnectionState.BROKEN;
import static com.terafy.api.ConnectionState.DESTROYED;
import static com.terafy.api.ConnectionState.IDLE;
import static com.terafy.api.ConnectionState.IN_USE;
import static com.terafy.api.ConnectionState.RETIRED;

import com.terafy.api.ConnectionState;
import java.util.EnumSet;
import java.util.Set;

/** Every legal change of a connection's state. What is not listed here cannot happen. */
public enum Transition {
    /** Handed out. */
    BORROW(EnumSet.of(IDLE), IN_USE),
    /** Came back in order. */
    RETURN(EnumSet.of(IN_USE), IDLE),
    /** Chosen to be closed while nobody holds it. */
    RETIRE(EnumSet.of(IDLE), RETIRED),
    /** Came back, and is not to be handed out again. */
    RETIRE_ON_RETURN(EnumSet.of(IN_USE), RETIRED),
    /** Found broken, by a borrower, a validation or while it was matched. */
    BREAK(EnumSet.of(IDLE, IN_USE, RETIRED), BROKEN),
    /** Closed. */
    DESTROY(EnumSet.of(IDLE, IN_USE, RETIRED, BROKEN), DESTROYED);

    private final Set<ConnectionState> from;
    private final ConnectionState to;

    Transition(Set<ConnectionState> from, ConnectionState to) {
        this.from = from;
        this.to = to;
    }

    /** True if a connection in this state may make the transition. */
    public boolean isLegalFrom(ConnectionState state) {
        return from.contains(state);
    }

    /** The state it leads to. */
    public ConnectionState target() {
        return to;
    }
}
