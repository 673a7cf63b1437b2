package com.terafy.ra.spi;

import com.terafy.ra.connect.PhysicalConnection;
import com.terafy.ra.session.SessionState;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.xa.PGXAConnection;

/** A session with its backend, what its borrower changed in it, and which managed connection it is bound to. */
final class Session {

    private final PhysicalConnection physical;
    private final SessionState state;

    /** Null while it is bound to none. Read by any thread. */
    private volatile @Nullable TerafyManagedConnection holder;

    private @Nullable PGXAConnection xa;

    Session(PhysicalConnection physical, SessionState state) {
        this.physical = physical;
        this.state = state;
    }

    PhysicalConnection physical() {
        return physical;
    }

    BaseConnection driverConnection() {
        return physical.driverConnection();
    }

    SessionState state() {
        return state;
    }

    @Nullable
    TerafyManagedConnection holder() {
        return holder;
    }

    void heldBy(@Nullable TerafyManagedConnection newHolder) {
        holder = newHolder;
    }

    /** By which the driver takes part in distributed transactions. */
    PGXAConnection xa() throws SQLException {
        PGXAConnection made = xa;
        if (made == null) {
            made = new PGXAConnection(driverConnection());
            xa = made;
        }
        return made;
    }

    /** A branch was left in the middle, so that the driver could not begin another one. */
    void forgetBranch() {
        xa = null;
    }
}
