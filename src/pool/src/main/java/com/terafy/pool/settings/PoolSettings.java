package com.terafy.pool.settings;

import com.terafy.api.text.PoolNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Everything one pool is configured with, validated by {@link SettingsReader}. Immutable; {@code toString} shows no
 * secret. A duration of zero means off.
 *
 * @param poolName how the pool is called in messages and in {@code application_name}
 * @param server where PostgreSQL is and how to reach it
 * @param login who the pool logs in as
 * @param size how many connections, and for how long
 * @param upkeep how they are kept healthy meanwhile
 * @param session what is set in every session
 * @param transactionSupport how connections take part in JTA transactions
 * @param cleanup which backends of others are ended
 * @param admin who runs the role migration, if anybody
 * @param readiness whether the server is ready only if this pool's database answers
 */
public record PoolSettings(
        String poolName,
        Server server,
        Login login,
        Size size,
        Upkeep upkeep,
        Session session,
        TransactionSupport transactionSupport,
        BackendCleanup cleanup,
        Optional<Login> admin,
        boolean readiness) {

    /**
     * Every setting by its name in the environment, in the order of {@link Setting}, with the value in effect as it
     * would be written. Empty where there is none; a secret, and each value of a driver property, is {@code (hidden)}.
     */
    public Map<String, String> shown() {
        return ShownSettings.of(this);
    }

    /** How somebody who has to correct it for this pool alone writes a setting in the environment. */
    public String nameOf(Setting setting) {
        return PoolNames.variable(poolName, setting.name());
    }

    /** The same without the administrator's credentials, for whoever has no use for them. */
    public PoolSettings withoutAdmin() {
        return new PoolSettings(
                poolName,
                server,
                login,
                size,
                upkeep,
                session,
                transactionSupport,
                cleanup,
                Optional.empty(),
                readiness);
    }

    /** The same with another server. */
    public PoolSettings with(Server other) {
        return new PoolSettings(
                poolName, other, login, size, upkeep, session, transactionSupport, cleanup, admin, readiness);
    }

    /**
     * Where PostgreSQL is and how to reach it.
     *
     * @param hosts the servers to try, in this order; at least one
     * @param targetServerType which of them will do
     * @param replicaMaxLag how far one of them that is a replica may be behind
     * @param sslRootCert PEM file with the certificates to trust
     * @param connectTimeout longest wait for the TCP connection and for each answer during login
     * @param socketTimeout longest wait for any later answer
     * @param pooler what stands in between
     * @param driverProperties further pgjdbc properties; values may be secret
     */
    public record Server(
            List<HostPort> hosts,
            TargetServerType targetServerType,
            Duration replicaMaxLag,
            String database,
            SslMode sslMode,
            Optional<Path> sslRootCert,
            Duration connectTimeout,
            Duration socketTimeout,
            Pooler pooler,
            Map<String, String> driverProperties) {

        /** The driver's property that asks for any of the hosts instead of the first. */
        private static final String LOAD_BALANCE_HOSTS = "loadBalanceHosts";

        public Server {
            hosts = List.copyOf(hosts);
            driverProperties = Map.copyOf(driverProperties);
            if (hosts.isEmpty()) {
                throw new IllegalArgumentException("no host");
            }
        }

        /** host:port/database, as it stands in messages and in a JDBC URL; several hosts with commas between. */
        public String address() {
            return hosts.stream().map(HostPort::toString).collect(Collectors.joining(",")) + "/" + database;
        }

        /**
         * True if the sessions are to be on all of the servers that will do, as many on each. One host is none to choose
         * from, and may be a proxy in front of several servers.
         */
        public boolean isSpread() {
            return hosts.size() > 1
                    && (targetServerType.wantsReplica()
                            || (targetServerType == TargetServerType.ANY
                                    && Boolean.parseBoolean(driverProperties.get(LOAD_BALANCE_HOSTS))));
        }

        /** The same with one of the servers, which has to be of that type. */
        public Server only(HostPort host, TargetServerType type) {
            return new Server(
                    List.of(host),
                    type,
                    replicaMaxLag,
                    database,
                    sslMode,
                    sslRootCert,
                    connectTimeout,
                    socketTimeout,
                    pooler,
                    driverProperties);
        }

        @Override
        public String toString() {
            return address() + " (sslmode " + sslMode.text() + ", driver properties " + driverProperties.keySet() + ")";
        }
    }

    /**
     * A role and its password.
     *
     * @param password empty where the server asks for none (a client certificate, for example)
     */
    public record Login(String user, Optional<Secret> password) {}

    /**
     * How many connections, and for how long.
     *
     * @param min fewest connections that are kept
     * @param max most connections that are opened
     * @param idleTimeout idle longer than this: closed, down to {@code min}
     * @param sweepInterval how often that is looked at
     * @param acquireTimeout longest wait for a connection
     */
    public record Size(int min, int max, Duration idleTimeout, Duration sweepInterval, Duration acquireTimeout) {

        public Size {
            if (min < 0 || max < 1 || max < min) {
                throw new IllegalArgumentException("no size of a pool: " + min + " to " + max);
            }
        }
    }

    /**
     * How connections are kept healthy.
     *
     * @param maxLifetime older than about this: retired at a sweep or as it comes back
     * @param validateAfter unused longer than this, and its socket cannot be watched: validated before it is handed out
     * @param validationTimeout longest wait for the answer to a validation
     * @param leakThreshold held longer than this: reported as a leak
     */
    public record Upkeep(
            Duration maxLifetime, Duration validateAfter, Duration validationTimeout, Duration leakThreshold) {}

    /**
     * What is set in every session.
     *
     * @param statementTimeout PostgreSQL's {@code statement_timeout}
     * @param idleInTransactionTimeout PostgreSQL's {@code idle_in_transaction_session_timeout}
     * @param reset when it is reset as the connection comes back
     */
    public record Session(Duration statementTimeout, Duration idleInTransactionTimeout, SessionReset reset) {}

    /**
     * Which backends that no pool owns are ended, and when.
     *
     * @param enabled whether it runs at all
     * @param interval how often
     * @param idleLimit idle longer than this: ended
     * @param idleInTransactionLimit idle in a transaction longer than this: ended
     * @param scope whose backends
     * @param allowedUsers roles whose backends are never ended
     * @param allowedApplications application names that are never ended; {@code name*} means all that begin so
     * @param dryRun whether it only reports what it would end
     */
    public record BackendCleanup(
            boolean enabled,
            Duration interval,
            Duration idleLimit,
            Duration idleInTransactionLimit,
            CleanupScope scope,
            Set<String> allowedUsers,
            Set<String> allowedApplications,
            boolean dryRun) {

        public BackendCleanup {
            allowedUsers = Set.copyOf(allowedUsers);
            allowedApplications = Set.copyOf(allowedApplications);
        }
    }
}
