package com.terafy.pool.ledger;

import static com.terafy.api.ConnectionState.BROKEN;
import static com.terafy.api.ConnectionState.DESTROYED;
import static com.terafy.api.ConnectionState.IDLE;
import static com.terafy.api.ConnectionState.IN_USE;
import static com.terafy.api.ConnectionState.RETIRED;

import com.terafy.api.ConnectionState;
import java.util.Set;

/** Every legal change of a connection's state. What is not listed here cannot happen. */
public enum Transition {
    /** Claimed by a borrower, or by a sweep for the time of its look. */
    CLAIM(IN_USE, IDLE),
    /** Came back in order. */
    RETURN(IDLE, IN_USE),
    /** Chosen to be closed while nobody holds it. */
    RETIRE(RETIRED, IDLE),
    /** Chosen to be closed by whoever has it: it came back for the last time, or is reaped. */
    RETIRE_CLAIMED(RETIRED, IN_USE),
    /** Found broken, by a borrower, a validation or while it was matched. One that is retired is closed anyway. */
    BREAK(BROKEN, IDLE, IN_USE),
    /** Closed. */
    DESTROY(DESTROYED, IDLE, IN_USE, RETIRED, BROKEN);

    private final ConnectionState to;

    @SuppressWarnings("ImmutableEnumChecker") // Set.of: nothing can change it
    private final Set<ConnectionState> from;

    Transition(ConnectionState to, ConnectionState... from) {
        this.to = to;
        this.from = Set.of(from);
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
