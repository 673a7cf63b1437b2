package com.terafy.ra.spi;

import com.terafy.pool.settings.HostPort;
import com.terafy.ra.connect.PhysicalConnection;
import com.terafy.ra.hosts.Hosts;
import com.terafy.ra.session.SessionState;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.xa.PGXAConnection;

/** A session with its backend, what its borrower changed in it, and which managed connection it is bound to. */
final class Session {

    private final PhysicalConnection physical;
    private final SessionState state;
    private final Hosts.@Nullable Place place;

    /** What its server has told last; empty if it tells nothing. */
    private Optional<Boolean> onReplica;

    /** What was heard last while it was in use. */
    private boolean hasOtherRole;

    /** Null while it is bound to none. Read by any thread. */
    private volatile @Nullable TerafyManagedConnection holder;

    private @Nullable PGXAConnection xa;

    /** @param place on which server it is; null where the pool's sessions are not spread over several */
    Session(PhysicalConnection physical, SessionState state, Hosts.@Nullable Place place) {
        this.physical = physical;
        this.state = state;
        this.place = place;
        this.onReplica = physical.isOnReplica(); // of the login, at which its server was chosen
    }

    /** True if it is on that server. */
    boolean isAt(HostPort host) {
        return place != null && place.host().equals(host);
    }

    /**
     * False if its server has told unasked that it is not what is wanted any more, be it to another session. For one that is
     * as after its login.
     */
    boolean isWhereItShouldBe() {
        hear();
        return physical.hasRole() && (place == null || place.mayLend());
    }

    /** Tells the others on its server what it has been told: whether that is a replica, which no borrower can set. */
    void hear() {
        Optional<Boolean> now = place == null ? onReplica : physical.isOnReplica();
        if (place != null && !now.equals(onReplica)) { // what was told long ago tells nothing of today
            onReplica = now;
            now.ifPresent(place::saw);
        }
    }

    /** True the first time that it is heard in use that its server is not what is wanted. For one thread. */
    boolean hearsOtherRole(boolean inUse) {
        boolean before = hasOtherRole;
        hasOtherRole = inUse && !physical.hasRole();
        return hasOtherRole && !before;
    }

    /** It has ended. */
    void leave() {
        if (place != null) {
            place.free();
        }
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
