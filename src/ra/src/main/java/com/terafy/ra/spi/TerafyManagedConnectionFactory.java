package com.terafy.ra.spi;

import com.terafy.api.text.PoolNames;
import com.terafy.pool.settings.InvalidSettingsException;
import com.terafy.pool.settings.PoolSettings;
import com.terafy.pool.settings.Setting;
import com.terafy.ra.Messages;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConfigProperty;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import jakarta.resource.spi.ResourceAdapter;
import jakarta.resource.spi.ResourceAdapterAssociation;
import jakarta.resource.spi.ResourceAdapterInternalException;
import jakarta.resource.spi.TransactionSupport;
import jakarta.resource.spi.ValidatingManagedConnectionFactory;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import javax.security.auth.Subject;
import org.jspecify.annotations.Nullable;

/**
 * One pool of the container (Jakarta Connectors 2.1, 7.5.3): opens its connections, chooses among the idle ones, and
 * tells the container which are to be closed.
 *
 * <p>Its configuration properties go before the environment and are this pool's alone. Equal by configuration, without
 * the password. Thread-safe once configured.
 */
public class TerafyManagedConnectionFactory
        implements ManagedConnectionFactory,
                ValidatingManagedConnectionFactory,
                ResourceAdapterAssociation,
                TransactionSupport {

    private static final long serialVersionUID = 1L;

    @ConfigProperty(description = "Name of the pool in messages, metrics and application_name")
    @NotNull
    @Pattern(regexp = "[A-Za-z0-9_.-]{1,40}") // checked with the settings, too, which WildFly asks for earlier
    private String poolName = PoolNames.DEFAULT;

    private final Map<Setting, String> overrides = new EnumMap<>(Setting.class);

    private transient @Nullable TerafyResourceAdapter adapter;

    /** Made once, when the container asks for the connection factory or, if earlier, for a connection. */
    private transient volatile @Nullable ManagedPool pool;

    private transient @Nullable PrintWriter logWriter;

    @Override
    public Object createConnectionFactory(ConnectionManager connectionManager) throws ResourceException {
        adapter().made(pool());
        return new PooledDataSource(this, connectionManager);
    }

    /** The non-managed environment: every connection is opened for its borrower and closed with its handle. */
    @Override
    public Object createConnectionFactory() throws ResourceException {
        PoolSettings settings = pool().settings();
        if (!settings.server().replicaMaxLag().isZero()) {
            throw new ResourceAdapterInternalException(Messages.lagNeedsContainer(settings));
        }
        return new PooledDataSource(this, new UnmanagedConnectionManager());
    }

    /** It costs nothing: a session is bound to it when a handle is wanted. */
    @Override
    public ManagedConnection createManagedConnection(@Nullable Subject subject, @Nullable ConnectionRequestInfo request)
            throws ResourceException {
        TerafyManagedConnection connection = new TerafyManagedConnection(pool());
        connection.setLogWriter(logWriter);
        return connection;
    }

    /** Any of this pool's that is nobody's will do, since none has a session yet. */
    @Override
    public @Nullable ManagedConnection matchManagedConnections(
            @SuppressWarnings("rawtypes") Set candidates,
            @Nullable Subject subject,
            @Nullable ConnectionRequestInfo request)
            throws ResourceException {
        ManagedPool mine = pool();
        for (Object candidate : candidates) {
            if (candidate instanceof TerafyManagedConnection connection && connection.isOf(mine) && connection.take()) {
                return connection;
            }
        }
        return null;
    }

    /**
     * What the container asks when an operator tests the pool: whether a session can be had and its server answers. Never
     * throws.
     */
    @Override
    @SuppressWarnings({"rawtypes", "unchecked"})
    public Set<Object> getInvalidConnections(Set connections) {
        Set<Object> invalid = new HashSet<>();
        for (Object candidate : connections) {
            if (candidate instanceof TerafyManagedConnection connection && !connection.isValid()) {
                invalid.add(connection);
            }
        }
        return invalid;
    }

    ManagedPool pool() throws ResourceException {
        ManagedPool made = pool;
        if (made == null) {
            synchronized (this) {
                made = pool;
                if (made == null) {
                    made = makePool();
                    pool = made;
                }
            }
        }
        return made;
    }

    private ManagedPool makePool() throws ResourceException {
        try {
            ManagedPool made = adapter().poolFor(poolName, overrides);
            made.isOf(this);
            return made;
        } catch (InvalidSettingsException wrong) {
            throw new ResourceAdapterInternalException(wrong.getMessage());
        }
    }

    /** As DB_TRANSACTION_SUPPORT says; the container asks before it makes the pool (8.13). */
    @Override
    public TransactionSupportLevel getTransactionSupport() {
        try {
            return pool().settings().transactionSupport() == com.terafy.pool.settings.TransactionSupport.XA
                    ? TransactionSupportLevel.XATransaction
                    : TransactionSupportLevel.LocalTransaction;
        } catch (ResourceException reportedWhenThePoolIsMade) {
            return TransactionSupportLevel.LocalTransaction;
        }
    }

    @Override
    public @Nullable ResourceAdapter getResourceAdapter() {
        return adapter;
    }

    /** Called exactly once by the container (6.3.2). */
    @Override
    public void setResourceAdapter(ResourceAdapter resourceAdapter) throws ResourceException {
        if (adapter != null) {
            throw new jakarta.resource.spi.IllegalStateException("TERAFY0223: the resource adapter was set already.");
        }
        if (!(resourceAdapter instanceof TerafyResourceAdapter terafy)) {
            throw new ResourceException("TERAFY0224: not Terafy's resource adapter: " + resourceAdapter);
        }
        adapter = terafy;
    }

    /** The adapter; in the non-managed environment, where the container sets none, one that is not started. */
    private synchronized TerafyResourceAdapter adapter() {
        TerafyResourceAdapter present = adapter;
        if (present == null) {
            present = new TerafyResourceAdapter();
            adapter = present;
        }
        return present;
    }

    public String getPoolName() {
        return poolName;
    }

    public void setPoolName(String name) {
        poolName = name;
    }

    public @Nullable String getHost() {
        return overrides.get(Setting.DB_HOST);
    }

    @ConfigProperty(description = "DB_HOST for this pool")
    public void setHost(String host) {
        overrides.put(Setting.DB_HOST, host);
    }

    public @Nullable String getPort() {
        return overrides.get(Setting.DB_PORT);
    }

    @ConfigProperty(description = "DB_PORT for this pool")
    public void setPort(String port) {
        overrides.put(Setting.DB_PORT, port);
    }

    public @Nullable String getDatabase() {
        return overrides.get(Setting.DB_NAME);
    }

    @ConfigProperty(description = "DB_NAME for this pool")
    public void setDatabase(String database) {
        overrides.put(Setting.DB_NAME, database);
    }

    public @Nullable String getUser() {
        return overrides.get(Setting.DB_USER);
    }

    @ConfigProperty(description = "DB_USER for this pool")
    public void setUser(String user) {
        overrides.put(Setting.DB_USER, user);
    }

    public @Nullable String getPassword() {
        return overrides.get(Setting.DB_PASSWORD);
    }

    @ConfigProperty(description = "DB_PASSWORD for this pool", confidential = true)
    public void setPassword(String password) {
        overrides.put(Setting.DB_PASSWORD, password);
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) {
        logWriter = out;
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return logWriter;
    }

    private Map<Setting, String> identity() {
        Map<Setting, String> identity = new EnumMap<>(overrides);
        identity.remove(Setting.DB_PASSWORD);
        return identity;
    }

    /** The container asks at every borrow, about the same object. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other == this
                || (other instanceof TerafyManagedConnectionFactory factory
                        && factory.poolName.equals(poolName)
                        && factory.identity().equals(identity()));
    }

    @Override
    public int hashCode() {
        return 31 * poolName.hashCode() + identity().hashCode();
    }

    @Override
    public String toString() {
        return "Terafy connection factory " + poolName;
    }
}
