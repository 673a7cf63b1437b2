package com.terafy.pool.settings;

import static com.terafy.pool.settings.Setting.*;

import com.terafy.api.text.DurationText;
import com.terafy.api.text.PoolNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads {@link PoolSettings} from raw text and reports every bad setting at once; nothing is corrected silently. Here
 * stands what each setting may be and how they go together; {@link SettingValues} reads a single one.
 *
 * <p>For one thread; a new reader for each reading.
 */
public final class SettingsReader {

    /** More connections than this from one pool is taken for a slip of the pen. */
    public static final int MOST_CONNECTIONS = 1000;

    private static final Duration MILLISECOND = Duration.ofMillis(1);
    private static final Duration TENTH = Duration.ofMillis(100);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration DAY = Duration.ofDays(1);

    private final SettingValues values;
    private final DriverProperties driverProperties;

    private SettingsReader(SettingValues values, DriverProperties driverProperties) {
        this.values = values;
        this.driverProperties = driverProperties;
    }

    /**
     * Reads and validates.
     *
     * @param pool name of the pool
     * @param sources where to look, in this order; the first that sets a setting counts; see {@link SettingsSources}
     * @param driverPropertyNames connection properties that the driver knows
     * @param reserved those of them that a setting of its own or the adapter controls
     * @throws InvalidSettingsException naming every bad setting
     */
    public static PoolSettings read(
            String pool, List<SettingsSource> sources, Set<String> driverPropertyNames, Set<String> reserved)
            throws InvalidSettingsException {
        SettingValues values = new SettingValues(pool, sources);
        PoolSettings settings =
                new SettingsReader(values, new DriverProperties(values, driverPropertyNames, reserved)).readAll(pool);
        if (!values.problems().isEmpty()) {
            throw new InvalidSettingsException(pool, values.problems(), InvalidSettingsException.STARTED);
        }
        return settings;
    }

    /** The parts of the settings in which something can be changed while the pool runs. */
    record Changeable(PoolSettings.Size size, PoolSettings.Upkeep upkeep, PoolSettings.BackendCleanup cleanup) {}

    /** Reads and validates these parts. */
    static Changeable readChangeable(String pool, SettingsSource source) throws InvalidSettingsException {
        SettingValues values = new SettingValues(pool, List.of(source));
        SettingsReader reader = new SettingsReader(values, new DriverProperties(values, Set.of(), Set.of()));
        PoolSettings.Size size = reader.size();
        Changeable read = new Changeable(size, reader.upkeep(size), reader.cleanup(size));
        if (!values.problems().isEmpty()) {
            throw new InvalidSettingsException(pool, values.problems(), InvalidSettingsException.CHANGED);
        }
        return read;
    }

    private PoolSettings readAll(String pool) {
        PoolNames.problem(pool).ifPresent(what -> values.problem("0125", what));
        values.checkNames();
        PoolSettings.Server server = server();
        PoolSettings.Login login =
                new PoolSettings.Login(values.name(DB_USER), values.secret(DB_PASSWORD, DB_PASSWORD_FILE));
        PoolSettings.Size size = size();
        return new PoolSettings(
                pool,
                server,
                login,
                size,
                upkeep(size),
                session(server.pooler()),
                values.choice(DB_TRANSACTION_SUPPORT, TransactionSupport.values()),
                cleanup(size),
                admin(),
                values.truth(DB_POOL_READINESS));
    }

    private PoolSettings.Server server() {
        SslMode sslMode = values.choice(DB_SSL_MODE, SslMode.values());
        Map<String, String> properties = driverProperties.read();
        Optional<Path> rootCert = values.file(DB_SSL_ROOT_CERT);
        checkTls(sslMode, properties.containsKey("sslfactory"));
        Duration connect = values.duration(DB_CONNECT_TIMEOUT, SECOND, DAY);
        Duration answer = values.durationOrOff(DB_SOCKET_TIMEOUT, SECOND, DAY);
        TargetServerType wanted = values.choice(DB_TARGET_SERVER_TYPE, TargetServerType.values());
        List<HostPort> hosts = hosts();
        return new PoolSettings.Server(
                hosts,
                wanted,
                maxLag(wanted, hosts),
                values.name(DB_NAME),
                sslMode,
                rootCert,
                values.wholeSeconds(DB_CONNECT_TIMEOUT, connect),
                values.wholeSeconds(DB_SOCKET_TIMEOUT, answer),
                values.choice(DB_POOLER, Pooler.values()),
                properties);
    }

    /** It is looked at once a second, where there are several servers to choose from. */
    private Duration maxLag(TargetServerType wanted, List<HostPort> hosts) {
        Duration lag = values.durationOrOff(DB_REPLICA_MAX_LAG, SECOND, DAY);
        if (!lag.isZero() && !wanted.wantsReplica() && values.areGood(DB_TARGET_SERVER_TYPE)) {
            values.problem(
                    "0124",
                    DB_REPLICA_MAX_LAG,
                    "is " + DurationText.show(lag) + " but " + values.nameOf(DB_TARGET_SERVER_TYPE) + " is "
                            + wanted.text()
                            + ": it limits how far a replica that is read from may be behind. Set it to off, or the type to"
                            + " secondary or preferSecondary.");
        } else if (!lag.isZero() && hosts.size() == 1 && values.areGood(DB_HOST)) {
            values.problem(
                    "0124",
                    DB_REPLICA_MAX_LAG,
                    "is " + DurationText.show(lag) + " but " + values.nameOf(DB_HOST) + " is one server, "
                            + hosts.get(0)
                            + ": there is none to read from instead. Set it to off, or name all servers.");
        }
        return lag;
    }

    private List<HostPort> hosts() {
        int port = values.integer(DB_PORT, 1, HostPort.HIGHEST_PORT);
        List<HostPort> hosts =
                HostList.parse(values.text(DB_HOST), port, what -> values.problem("0120", DB_HOST, what));
        return hosts.isEmpty() ? List.of(new HostPort("localhost", port)) : hosts;
    }

    private void checkTls(SslMode sslMode, boolean ownFactory) {
        boolean rootCert = values.optionalText(DB_SSL_ROOT_CERT).isPresent();
        if (rootCert && sslMode == SslMode.DISABLE) {
            values.problem(
                    "0116",
                    DB_SSL_ROOT_CERT,
                    "is set but " + values.nameOf(DB_SSL_MODE)
                            + " is disable. Remove it, or set the mode to verify-full.");
        }
        if (sslMode.verifiesCertificate() && !rootCert && !ownFactory) {
            values.problem(
                    "0118",
                    DB_SSL_MODE,
                    "is " + sslMode.text() + " but " + values.nameOf(DB_SSL_ROOT_CERT)
                            + " is not set. Set it to the PEM file with the certificate to trust.");
        }
    }

    private PoolSettings.Size size() {
        int min = values.integer(DB_POOL_MIN, 0, MOST_CONNECTIONS);
        int max = values.integer(DB_POOL_MAX, 1, MOST_CONNECTIONS);
        if (max < min && values.areGood(DB_POOL_MIN, DB_POOL_MAX)) {
            values.problem(
                    "0112",
                    DB_POOL_MAX,
                    "is " + max + " but " + values.nameOf(DB_POOL_MIN) + " is " + min + ". Set it to at least " + min
                            + ".");
        }
        Duration idle = values.duration(DB_POOL_IDLE_TIMEOUT, SECOND, DAY);
        Duration sweep = values.duration(DB_POOL_SWEEP_INTERVAL, TENTH, DAY);
        checkSweep(sweep, DB_POOL_IDLE_TIMEOUT, idle);
        Duration acquire = values.duration(DB_POOL_ACQUIRE_TIMEOUT, MILLISECOND, DAY);
        return new PoolSettings.Size(min, Math.max(min, max), idle, sweep, acquire);
    }

    private PoolSettings.Upkeep upkeep(PoolSettings.Size size) {
        Duration lifetime = values.durationOrOff(DB_POOL_MAX_LIFETIME, SECOND, DAY);
        if (!lifetime.isZero()) {
            checkSweep(size.sweepInterval(), DB_POOL_MAX_LIFETIME, lifetime);
        }
        return new PoolSettings.Upkeep(
                lifetime,
                values.duration(DB_POOL_VALIDATE_AFTER, MILLISECOND, DAY),
                values.duration(DB_POOL_VALIDATION_TIMEOUT, TENTH, MINUTE),
                values.durationOrOff(DB_POOL_LEAK_THRESHOLD, TENTH, DAY));
    }

    /** What is looked at once a sweep cannot be kept to if the sweep comes less often. */
    private void checkSweep(Duration sweep, Setting limitSetting, Duration limit) {
        if (sweep.compareTo(limit) > 0 && values.areGood(DB_POOL_SWEEP_INTERVAL, limitSetting)) {
            values.problem(
                    "0113",
                    DB_POOL_SWEEP_INTERVAL,
                    "is " + DurationText.show(sweep) + ", longer than " + values.nameOf(limitSetting) + ", "
                            + DurationText.show(limit)
                            + ": connections would be closed much too late. Set it to at most that.");
        }
    }

    private PoolSettings.Session session(Pooler pooler) {
        SessionReset reset = values.choice(DB_SESSION_RESET, SessionReset.values());
        return new PoolSettings.Session(
                sessionTimeout(DB_STATEMENT_TIMEOUT, "statement_timeout", pooler),
                sessionTimeout(DB_IDLE_IN_TRANSACTION_TIMEOUT, "idle_in_transaction_session_timeout", pooler),
                pooler == Pooler.TRANSACTION ? SessionReset.OFF : reset); // there is no session to reset
    }

    /** What is given at the start of a session, a pooler refuses, or does not pass on. */
    private Duration sessionTimeout(Setting setting, String name, Pooler pooler) {
        Duration timeout = values.durationOrOff(setting, MILLISECOND, DAY);
        if (!timeout.isZero() && pooler != Pooler.NONE) {
            values.problem(
                    "0123",
                    setting,
                    "is " + DurationText.show(timeout) + " but " + values.nameOf(DB_POOLER) + " is " + pooler.text()
                            + ": a pooler takes no settings for a session. Set it to off, and have the server do it: ALTER"
                            + " ROLE … SET " + name + ".");
        }
        return timeout;
    }

    private PoolSettings.BackendCleanup cleanup(PoolSettings.Size size) {
        PoolSettings.BackendCleanup cleanup = new PoolSettings.BackendCleanup(
                values.truth(DB_CLEANUP_ENABLED),
                values.duration(DB_CLEANUP_INTERVAL, TENTH, DAY),
                values.duration(DB_CLEANUP_IDLE_LIMIT, SECOND, DAY),
                values.durationOrOff(DB_CLEANUP_IDLE_IN_TRANSACTION_LIMIT, SECOND, DAY),
                values.choice(DB_CLEANUP_SCOPE, CleanupScope.values()),
                values.names(DB_CLEANUP_ALLOW_USERS),
                values.names(DB_CLEANUP_ALLOW_APPLICATIONS),
                values.truth(DB_CLEANUP_DRY_RUN));
        if (cleanup.enabled()) {
            checkCleanup(cleanup.idleLimit(), size.sweepInterval());
        }
        return cleanup;
    }

    /** A sweep validates idle connections, so that {@code state_change} of a live one is younger than two of them. */
    private void checkCleanup(Duration idleLimit, Duration sweep) {
        Duration twoSweeps = sweep.multipliedBy(2);
        if (idleLimit.compareTo(twoSweeps) <= 0 && values.areGood(DB_CLEANUP_IDLE_LIMIT, DB_POOL_SWEEP_INTERVAL)) {
            values.problem(
                    "0121",
                    DB_CLEANUP_IDLE_LIMIT,
                    "is " + DurationText.show(idleLimit) + ", not longer than twice "
                            + values.nameOf(DB_POOL_SWEEP_INTERVAL) + ", " + DurationText.show(sweep)
                            + ": live connections of a pool, which each sweep keeps fresh, could be ended as idle."
                            + " Set it to more than " + DurationText.show(twoSweeps) + ".");
        }
    }

    private Optional<PoolSettings.Login> admin() {
        Optional<Secret> password = values.secret(DB_ADMIN_PASSWORD, DB_ADMIN_PASSWORD_FILE);
        if (values.optionalText(DB_ADMIN_USER).isPresent()) {
            return Optional.of(new PoolSettings.Login(values.name(DB_ADMIN_USER), password));
        }
        if (password.isPresent()) {
            values.problem(
                    "0117",
                    values.optionalText(DB_ADMIN_PASSWORD_FILE).isPresent()
                            ? DB_ADMIN_PASSWORD_FILE
                            : DB_ADMIN_PASSWORD,
                    "is set but " + values.nameOf(DB_ADMIN_USER) + " is not. Set both, or neither.");
        }
        return Optional.empty();
    }
}
