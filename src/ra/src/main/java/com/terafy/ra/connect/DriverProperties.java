package com.terafy.ra.connect;

import com.terafy.pool.settings.PoolSettings;
import com.terafy.pool.settings.Pooler;
import com.terafy.ra.socket.WatchedSocketFactory;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.postgresql.PGProperty;
import org.postgresql.core.AuthMethod;
import org.postgresql.jdbc.GSSEncMode;
import org.postgresql.util.PSQLState;

/**
 * From settings to the properties of pgjdbc. Pure.
 *
 * @see <a href="https://jdbc.postgresql.org/documentation/use/#connection-parameters">pgjdbc, connection parameters</a>
 */
public final class DriverProperties {

    /** Properties that a setting of its own, or the adapter, controls. */
    private static final Set<PGProperty> RESERVED = Set.of(
            PGProperty.USER,
            PGProperty.PASSWORD,
            PGProperty.PG_HOST,
            PGProperty.PG_PORT,
            PGProperty.PG_DBNAME,
            PGProperty.APPLICATION_NAME,
            PGProperty.ASSUME_MIN_SERVER_VERSION,
            PGProperty.CONNECT_TIMEOUT,
            PGProperty.SOCKET_TIMEOUT,
            PGProperty.LOGIN_TIMEOUT,
            PGProperty.SSL,
            PGProperty.SSL_MODE,
            PGProperty.SSL_ROOT_CERT,
            PGProperty.TARGET_SERVER_TYPE);

    /**
     * Keeps a session of a client that vanished without a word from staying for hours: the server asks after a minute of
     * silence and gives up after 30 seconds without an answer.
     */
    private static final String SERVER_KEEPALIVE =
            "-c tcp_keepalives_idle=60 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3";

    private DriverProperties() {}

    /** The names of all properties the driver knows. */
    public static Set<String> known() {
        return Arrays.stream(PGProperty.values()).map(PGProperty::getName).collect(Collectors.toUnmodifiableSet());
    }

    /** The names of those that cannot be set as further driver properties. */
    public static Set<String> reserved() {
        return RESERVED.stream().map(PGProperty::getName).collect(Collectors.toUnmodifiableSet());
    }

    /** The driver's URL: where to connect to and nothing else, so that it can be shown. */
    public static String url(PoolSettings.Server server) {
        return "jdbc:postgresql://" + server.address();
    }

    /**
     * The properties of a login. The caller adds user and password.
     *
     * <p>{@code assumeMinServerVersion} makes the driver send the application name in the startup packet, where a later
     * {@code RESET ALL} or {@code DISCARD ALL} returns to it instead of erasing it (from 9.0 on), and the user's {@code
     * replication} as well (from 9.4 on).
     *
     * @param connectTimeout longest wait for the TCP connection and for each answer during the login
     */
    public static Properties of(PoolSettings settings, String applicationName, Duration connectTimeout) {
        PoolSettings.Server server = settings.server();
        Properties properties = new Properties();
        properties.putAll(server.driverProperties());
        String seconds =
                Long.toString(Math.max(1, connectTimeout.plusMillis(999).toSeconds()));
        PGProperty.CONNECT_TIMEOUT.set(properties, seconds);
        PGProperty.SOCKET_TIMEOUT.set(properties, seconds);
        PGProperty.LOGIN_TIMEOUT.set(properties, "0");
        PGProperty.APPLICATION_NAME.set(properties, applicationName);
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "9.4");
        PGProperty.SSL_MODE.set(properties, server.sslMode().text());
        server.sslRootCert().ifPresent(file -> PGProperty.SSL_ROOT_CERT.set(properties, file.toString()));
        PGProperty.TARGET_SERVER_TYPE.set(properties, server.targetServerType().text());
        properties.putIfAbsent(
                PGProperty.CANCEL_SIGNAL_TIMEOUT.getName(),
                Long.toString(Math.max(
                        1, settings.upkeep().validationTimeout().plusMillis(999).toSeconds())));
        properties.putIfAbsent(PGProperty.TCP_KEEP_ALIVE.getName(), "true");
        properties.putIfAbsent(PGProperty.SOCKET_FACTORY.getName(), WatchedSocketFactory.class.getName());
        if (server.pooler() == Pooler.NONE) {
            PGProperty.OPTIONS.set(properties, sessionOptions(settings));
        }
        if (server.pooler() == Pooler.TRANSACTION) { // what it names it would find in no other session
            properties.putIfAbsent(PGProperty.PREPARE_THRESHOLD.getName(), "0");
        }
        return properties;
    }

    /**
     * Has the driver read what it would read in the middle of a login, where it reports a wrong value as a server that
     * cannot be reached.
     *
     * @throws SQLException invalid_parameter_value, if a property has a value that the driver does not know
     */
    static void requireKnownValues(Properties properties) throws SQLException {
        try {
            GSSEncMode.of(properties);
            requireChoice(PGProperty.CHANNEL_BINDING, properties);
            AuthMethod.parseRequireAuth(PGProperty.REQUIRE_AUTH.getOrDefault(properties));
        } catch (SQLException unknown) {
            throw new SQLException(unknown.getMessage(), PSQLState.INVALID_PARAMETER_VALUE.getState(), unknown);
        }
    }

    private static void requireChoice(PGProperty property, Properties properties) throws SQLException {
        String value = property.getOrDefault(properties);
        String[] choices = property.getChoices();
        if (value != null && choices != null && Arrays.stream(choices).noneMatch(value::equals)) {
            throw new SQLException("Invalid " + property.getName() + " value: " + value);
        }
    }

    /** What the user set as {@code options} comes last, and so wins. */
    private static String sessionOptions(PoolSettings settings) {
        StringBuilder options = new StringBuilder(SERVER_KEEPALIVE);
        PoolSettings.Session session = settings.session();
        appendTimeout(options, "statement_timeout", session.statementTimeout());
        appendTimeout(options, "idle_in_transaction_session_timeout", session.idleInTransactionTimeout());
        String further = settings.server().driverProperties().get(PGProperty.OPTIONS.getName());
        return further == null
                ? options.toString()
                : options.append(' ').append(further).toString();
    }

    private static void appendTimeout(StringBuilder options, String name, Duration timeout) {
        if (!timeout.isZero()) {
            options.append(String.format(Locale.ROOT, " -c %s=%d", name, timeout.toMillis()));
        }
    }
}
