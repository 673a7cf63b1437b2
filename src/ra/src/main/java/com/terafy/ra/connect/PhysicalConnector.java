package com.terafy.ra.connect;

import com.terafy.api.flight.Flight;
import com.terafy.api.flight.LoginEvent;
import com.terafy.pool.settings.PoolSettings;
import com.terafy.pool.settings.Pooler;
import com.terafy.pool.settings.TransactionSupport;
import com.terafy.pool.time.Ticker;
import com.terafy.ra.Messages;
import com.terafy.ra.connect.PhysicalConnection.Backend;
import com.terafy.ra.errors.UndeclaredPoolerException;
import com.terafy.ra.migration.LoginAdvice;
import com.terafy.ra.socket.WatchedSocket;
import com.terafy.ra.socket.WatchedSocketFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.function.IntSupplier;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.core.BaseConnection;

/** Opens physical connections, one attempt at a time. Thread-safe. */
public final class PhysicalConnector {

    /** A role sees its own backends' rows without any privilege, but not those of the role that it logged in as. */
    private static final String OWN_BACKEND =
            "SELECT backend_start, pid, pg_postmaster_start_time() FROM pg_stat_activity WHERE pid = pg_backend_pid()";

    private final PoolSettings settings;
    private final Ticker ticker;
    private final BeforeLogin beforeLogin;
    private final IntSupplier alarms;
    private final Addresses addresses;
    private final Driver driver = new Driver();

    /** @param alarms how often connections of the pool have broken so far */
    public PhysicalConnector(PoolSettings settings, Ticker ticker, BeforeLogin beforeLogin, IntSupplier alarms) {
        this(settings, ticker, beforeLogin, alarms, InetAddress::getAllByName);
    }

    PhysicalConnector(
            PoolSettings settings, Ticker ticker, BeforeLogin beforeLogin, IntSupplier alarms, Addresses.Names names) {
        this.addresses = new Addresses(names, settings.server().hosts());
        this.settings = settings;
        this.ticker = ticker;
        this.beforeLogin = beforeLogin;
        this.alarms = alarms;
    }

    /**
     * Opens a connection for the pool.
     *
     * @param within longest time for the login; each wait in it is limited by the connect timeout, too. Where the user
     *     has set another socketFactory, the driver gives each wait a second at least
     * @throws SQLException if the server is not there or refuses; the message holds no secret
     */
    public PhysicalConnection open(Credentials credentials, String applicationName, Duration within)
            throws SQLException {
        beforeLogin.prepare();
        int alarmsBefore = alarms.getAsInt();
        Login login = login(credentials, applicationName, within);
        BaseConnection connection = login.connection();
        try {
            Backend backend = backend(connection);
            refuseUndeclaredPooler(connection, backend.pid());
            if (settings.transactionSupport() == TransactionSupport.XA) {
                requirePreparedTransactions(connection);
            }
            connection.setNetworkTimeout(
                    Runnable::run,
                    Math.toIntExact(settings.server().socketTimeout().toMillis()));
            return new PhysicalConnection(
                    connection,
                    login.socket(),
                    backend,
                    credentials,
                    RequiredRole.of(settings.server().targetServerType()),
                    settings.server().pooler() == Pooler.NONE,
                    ticker,
                    alarmsBefore);
        } catch (SQLException | RuntimeException failed) {
            connection.abort(Runnable::run);
            throw failed;
        }
    }

    /** Opens a connection that belongs to no pool. */
    public Connection openUnpooled(Credentials credentials, String applicationName) throws SQLException {
        beforeLogin.prepare();
        Connection connection = openUnprepared(credentials, applicationName);
        try {
            refuseUndeclaredPooler(connection.unwrap(BaseConnection.class));
            return connection;
        } catch (SQLException | RuntimeException failed) {
            connection.close();
            throw failed;
        }
    }

    /**
     * Opens a connection that belongs to no pool, without what is to be done before a login. The driver names no
     * statement in it: behind a pooler, names would stay in a session that serves other clients.
     */
    public Connection openUnprepared(Credentials credentials, String applicationName) throws SQLException {
        BaseConnection connection =
                login(credentials, applicationName, loginTimeout()).connection();
        connection.setNetworkTimeout(
                Runnable::run, Math.toIntExact(connectTimeout().toMillis()));
        connection.setPrepareThreshold(0);
        return connection;
    }

    /** Longest time for a login that no borrower waits for: the connect timeout for each server and each of its addresses. */
    public Duration loginTimeout() {
        return connectTimeout()
                .multipliedBy(
                        (long) addresses.turns() * settings.server().hosts().size());
    }

    private Duration connectTimeout() {
        return settings.server().connectTimeout();
    }

    /** What a successful login gives; no socket where it cannot be watched. */
    private record Login(BaseConnection connection, Optional<WatchedSocket> socket) {}

    /** One attempt, as the flight recorder sees it. */
    private Login login(Credentials credentials, String applicationName, Duration within) throws SQLException {
        LoginEvent seen = Flight.login();
        if (seen == null) {
            return logIn(credentials, applicationName, within);
        }
        seen.by(settings.poolName(), credentials.user(), applicationName);
        try {
            Login login = logIn(credentials, applicationName, within);
            seen.ended(login.connection().getQueryExecutor().getHostSpec().toString(), null);
            return login;
        } catch (SQLException failed) {
            seen.ended(settings.server().address(), failed.getSQLState());
            throw failed;
        }
    }

    private Login logIn(Credentials credentials, String applicationName, Duration within) throws SQLException {
        int turns = addresses.turns();
        Duration share =
                within.dividedBy((long) turns * settings.server().hosts().size());
        Duration timeout = share.compareTo(connectTimeout()) < 0 ? share : connectTimeout();
        Properties properties = DriverProperties.of(settings, applicationName, timeout);
        DriverProperties.requireKnownValues(properties);
        ModulePlugin.standBefore(properties);
        PGProperty.USER.set(properties, credentials.user());
        try {
            credentials.revealPassword().ifPresent(password -> PGProperty.PASSWORD.set(properties, password));
        } catch (IOException unreadable) {
            throw LoginAdvice.unreadablePassword(settings, credentials.user(), unreadable);
        }
        long deadline = System.nanoTime() + within.toNanos();
        int first = addresses.preferred();
        for (int turn = first; ; turn++) {
            try {
                Login login = login(properties, turn, Duration.ofNanos(deadline - System.nanoTime()));
                addresses.succeeded(turn);
                return login;
            } catch (SQLException failed) {
                boolean isLast = turn + 1 - first >= turns || System.nanoTime() - deadline >= 0;
                if (isLast || !Addresses.isOfThatServer(String.valueOf(failed.getSQLState()))) {
                    throw failed;
                }
            }
        }
    }

    private Login login(Properties properties, int turn, Duration within) throws SQLException {
        Connection connection;
        Optional<WatchedSocket> socket;
        WatchedSocketFactory.loginBegins(within, endpoint -> addresses.inTurn(turn, endpoint));
        try {
            connection = driver.connect(DriverProperties.url(settings.server()), properties);
        } finally {
            socket = WatchedSocketFactory.loginEnded();
        }
        return new Login(
                Objects.requireNonNull(connection, "the driver refused its own URL")
                        .unwrap(BaseConnection.class),
                socket);
    }

    private void requirePreparedTransactions(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW max_prepared_transactions")) {
            row.next();
            if (row.getInt(1) == 0) {
                throw new SQLException(Messages.noPreparedTransactions(settings.poolName()), "55000");
            }
        }
    }

    private void refuseUndeclaredPooler(BaseConnection connection) throws SQLException {
        if (settings.server().pooler() == Pooler.NONE) {
            try (Statement statement = ((Connection) connection).createStatement();
                    ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
                row.next();
                refuseUndeclaredPooler(connection, row.getInt(1));
            }
        }
    }

    /** What stands in between gives its clients keys of its own, to cancel by. */
    private void refuseUndeclaredPooler(BaseConnection connection, int serversPid) throws SQLException {
        if (settings.server().pooler() == Pooler.NONE && connection.getBackendPID() != serversPid) {
            throw new UndeclaredPoolerException(Messages.undeclaredPooler(settings));
        }
    }

    private static Backend backend(BaseConnection connection) throws SQLException {
        try (Statement statement = ((Connection) connection).createStatement();
                ResultSet row = statement.executeQuery(OWN_BACKEND)) {
            row.next();
            return row.getObject(1) == null ? backendSeenByLogin(statement) : backendOf(row);
        }
    }

    /** Where {@code ALTER ROLE … SET role} took the session to another role. */
    private static Backend backendSeenByLogin(Statement statement) throws SQLException {
        boolean rows = statement.execute("SET LOCAL ROLE NONE; " + OWN_BACKEND);
        while (!rows) {
            rows = statement.getMoreResults();
        }
        try (ResultSet row = statement.getResultSet()) {
            row.next();
            return backendOf(row);
        }
    }

    private static Backend backendOf(ResultSet row) throws SQLException {
        return new Backend(
                row.getInt(2),
                row.getObject(1, OffsetDateTime.class).toInstant(),
                row.getObject(3, OffsetDateTime.class).toInstant());
    }
}
