package com.terafy.pool.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Everything one pool is configured with, validated by {@link SettingsReader}. Immutable; {@code toString} shows no
 * secret. A duration of zero means off.
 *
 * @param poolName how the pool is called in messages and in {@code application_name}
 * @param server where PostgreSQL is and how to reach it
 * @param login who the pool logs in as
 * @param size how many connections, and for how long
 * @param session what is set in every session
 * @param admin who runs the role migration, if anybody
 */
public record PoolSettings(
        String poolName, Server server, Login login, Size size, Session session, Optional<Login> admin) {

    /**
     * Where PostgreSQL is and how to reach it.
     *
     * @param sslRootCert PEM file with the certificates to trust
     * @param connectTimeout longest wait for the TCP connection and for each answer during login
     * @param socketTimeout longest wait for any later answer
     * @param driverProperties further pgjdbc properties; values may be secret
     */
    public record Server(
            String host,
            int port,
            String database,
            SslMode sslMode,
            Optional<Path> sslRootCert,
            Duration connectTimeout,
            Duration socketTimeout,
            Map<String, String> driverProperties) {

        public Server {
            driverProperties = Map.copyOf(driverProperties);
        }

        /** host:port/database, as it stands in messages. */
        public String address() {
            return host + ":" + port + "/" + database;
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
    public record Size(int min, int max, Duration idleTimeout, Duration sweepInterval, Duration acquireTimeout) {}

    /**
     * What is set in every session.
     *
     * @param statementTimeout PostgreSQL's {@code statement_timeout}
     * @param idleInTransactionTimeout PostgreSQL's {@code idle_in_transaction_session_timeout}
     */
    public record Session(Duration statementTimeout, Duration idleInTransactionTimeout) {}
}
