package com.terafy.ra.spi;

import com.terafy.api.EvictionReason;
import com.terafy.api.flight.EvictionEvent;
import com.terafy.api.flight.Flight;
import com.terafy.api.flight.SessionResetEvent;
import com.terafy.pool.sessions.Patience;
import com.terafy.pool.sessions.Sessions;
import com.terafy.pool.time.Ticker;
import com.terafy.ra.connect.Credentials;
import com.terafy.ra.connect.Outage;
import com.terafy.ra.connect.PhysicalConnection;
import com.terafy.ra.connect.PhysicalConnector;
import com.terafy.ra.errors.PostgresErrors;
import com.terafy.ra.hosts.Hosts;
import com.terafy.ra.liveness.Liveness;
import com.terafy.ra.session.FreshLogin;
import com.terafy.ra.session.SessionState;
import com.terafy.ra.socket.PeerState;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the pool has done with its sessions: opened by the driver, looked at on their sockets, closed. Thread-safe. */
final class DriverSessions implements Sessions<Credentials, Session> {

    private static final Duration SHORTEST_LOGIN = Duration.ofMillis(1);

    private final ManagedPool pool;
    private final PhysicalConnector connector;
    private final Liveness liveness;
    private final Outage outage;
    private final Ticker ticker;

    DriverSessions(ManagedPool pool, PhysicalConnector connector) {
        this.pool = pool;
        this.connector = connector;
        this.liveness = pool.liveness();
        this.outage = pool.outage();
        this.ticker = pool.ticker();
    }

    /** Only the pool's own credentials tell of an outage; others are the application's. */
    @Override
    public Session open(Credentials credentials) throws SQLException {
        try {
            Optional<Hosts> hosts = pool.hosts();
            Session opened = hosts.isPresent()
                    ? hosts.get().open(credentials, place -> openAt(place, credentials), pool.upkeep()::watch)
                    : open(credentials, connector, connector.loginTimeout(), true, null);
            outage.succeeded();
            return opened;
        } catch (SQLException failure) {
            if (credentials.equals(pool.ownCredentials())) {
                outage.failed(failure);
            }
            throw failure;
        }
    }

    /** One that is used once, and never reset. Where nobody looks how the servers are it goes where the driver goes. */
    Session openForOneUse(Credentials credentials, Patience patience) throws SQLException {
        Optional<Hosts> hosts = pool.isStarted() ? pool.hosts() : Optional.empty();
        return hosts.isPresent()
                ? hosts.get()
                        .open(
                                credentials,
                                place -> openOnceAt(place, credentials, patience),
                                pool.upkeep()::watch,
                                patience)
                : open(credentials, connector, within(connector, patience), false, null);
    }

    /** A login at the very end of the time may fail by that: to the driver, none at all would be no limit. */
    private static Duration within(PhysicalConnector by, Patience patience) {
        Duration left = Duration.ofNanos(Math.max(SHORTEST_LOGIN.toNanos(), patience.leftNanos()));
        return left.compareTo(by.loginTimeout()) < 0 ? left : by.loginTimeout();
    }

    /** It takes no place: the pool does not count it. */
    private Session openOnceAt(Hosts.Place place, Credentials credentials, Patience patience) throws SQLException {
        PhysicalConnector there = pool.connectorTo(place.host());
        Session opened = open(credentials, there, within(there, patience), false, null);
        place.free();
        return opened;
    }

    private Session openAt(Hosts.Place place, Credentials credentials) throws SQLException {
        PhysicalConnector there = pool.connectorTo(place.host());
        return open(credentials, there, there.loginTimeout(), true, place);
    }

    private Session open(
            Credentials credentials,
            PhysicalConnector by,
            Duration within,
            boolean isReset,
            Hosts.@Nullable Place place)
            throws SQLException {
        PhysicalConnection physical = by.open(credentials, pool.identity().applicationName(), within);
        try {
            liveness.answered(physical);
            physical.boundAnswers(by.loginTimeout());
            FreshLogin fresh = new FreshLogin(physical.driverConnection(), physical.stream());
            physical.boundAnswers(pool.settings().server().socketTimeout());
            SessionState state =
                    new SessionState(physical, pool.settings().session().reset(), fresh, pool.sessionsLast());
            if (isReset) {
                state.prepareReset();
            }
            pool.opened(physical);
            return new Session(physical, state, place);
        } catch (SQLException | RuntimeException failed) {
            physical.close(); // nobody else knows of it
            throw failed;
        }
    }

    @Override
    public boolean mayPass(Credentials credentials, Exception failure) {
        return failure instanceof SQLException refused && PostgresErrors.mayPass(refused);
    }

    @Override
    public boolean isReady(Session session) {
        return session.physical().isReady();
    }

    @Override
    public @Nullable EvictionReason whyUnusable(Session session, Patience patience) {
        EvictionReason notFresh = settle(session, session.physical().awaitsAnswer() ? patience.halfNanos() : 0);
        if (notFresh != null) {
            return notFresh;
        }
        boolean usable = liveness.isUsable(session.physical(), ticker.nanoTime(), patience);
        return usable ? null : EvictionReason.FOUND_DEAD;
    }

    /**
     * Reads the answer to its reset; null if it is good, or was read before, and the server is still what is wanted, as it
     * tells with each answer.
     */
    private @Nullable EvictionReason settle(Session session, long patienceNanos) {
        PhysicalConnection physical = session.physical();
        try {
            read(session, patienceNanos);
            session.state().requireUnused();
        } catch (SQLException failed) {
            return physical.isOpen() && !PostgresErrors.endsConnection(failed)
                    ? pool.notReset(physical, failed)
                    : EvictionReason.FOUND_DEAD;
        }
        if (session.isWhereItShouldBe()) {
            return null;
        }
        liveness.alarm(); // the others may be there, too, and not have been told
        return EvictionReason.VALIDATION_FAILED;
    }

    /** As the flight recorder sees it, if it is the answer to a reset. */
    private void read(Session session, long patienceNanos) throws SQLException {
        PhysicalConnection physical = session.physical();
        SessionResetEvent seen = session.state().awaitsReset() ? Flight.reset() : null;
        if (seen == null) {
            liveness.settle(physical, patienceNanos);
            return;
        }
        @Nullable SQLException failure = null;
        try {
            liveness.settle(physical, patienceNanos);
        } catch (SQLException failed) {
            failure = failed;
            throw failed;
        } finally {
            seen.ended(
                    pool.name(),
                    physical.backendPid(),
                    physical.sinceAsked(),
                    failure == null ? null : failure.getSQLState());
        }
    }

    /** Where the server has spoken, mostly its farewell, behind which the end cannot be seen: then a sweep asks, soon. */
    @Override
    public boolean hasEnded(Session session) {
        if (!session.physical().isWatched() || !session.physical().isReady()) {
            return false;
        }
        if (settle(session, Liveness.SHORT_CHANCE.toNanos()) != null) { // it has begun to come
            return true;
        }
        PeerState seen = liveness.look(session.physical());
        if (seen == PeerState.SPOKE) {
            pool.sweepSoon();
        }
        return seen == PeerState.ENDED;
    }

    @Override
    public boolean answers(Session session) {
        return settle(session, pool.validationTimeout().toNanos()) == null && liveness.validate(session.physical());
    }

    @Override
    public void close(Session session, @Nullable EvictionReason reason) {
        end(session, reason, PhysicalConnection::close);
    }

    @Override
    public void abort(Session session, EvictionReason reason) {
        end(session, reason, PhysicalConnection::abort);
    }

    private void end(Session session, @Nullable EvictionReason reason, Consumer<PhysicalConnection> how) {
        EvictionEvent seen = Flight.eviction();
        how.accept(session.physical());
        session.leave();
        if (seen != null) {
            seen.ended(pool.name(), session.physical().backendPid(), reason);
        }
    }
}
