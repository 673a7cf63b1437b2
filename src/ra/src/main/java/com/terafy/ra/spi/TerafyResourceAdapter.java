package com.terafy.ra.spi;

import com.terafy.pool.settings.InvalidSettingsException;
import com.terafy.pool.settings.PoolSettings;
import com.terafy.pool.settings.Setting;
import com.terafy.pool.settings.SettingsReader;
import com.terafy.pool.settings.SettingsSource;
import com.terafy.pool.time.Ticker;
import com.terafy.ra.Messages;
import com.terafy.ra.connect.DriverProperties;
import com.terafy.ra.errors.PostgresErrors;
import jakarta.resource.NotSupportedException;
import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.BootstrapContext;
import jakarta.resource.spi.ResourceAdapter;
import jakarta.resource.spi.ResourceAdapterInternalException;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.transaction.xa.XAResource;

/**
 * The adapter's life in the container (Jakarta Connectors 2.1, chapter 6): settings are checked at its start, so that
 * wrong ones fail the deployment; its stop ends what it started.
 *
 * <p>Equal by identity: a server has one instance for each deployment.
 */
public class TerafyResourceAdapter implements ResourceAdapter {

    static final String DEFAULT_POOL = "TerafyDS";

    private static final System.Logger LOG = System.getLogger("com.terafy.adapter");

    private final List<ManagedPool> pools = new CopyOnWriteArrayList<>();
    private final Map<String, MigrationBeforeLogin> migrations = new ConcurrentHashMap<>();
    private final Ticker ticker = Ticker.SYSTEM;

    private final ThreadTransaction threadTransaction = new ThreadTransaction();

    private boolean running;

    /** A server that is down does not fail the deployment; wrong settings do, and a refused role migration. */
    @Override
    public void start(BootstrapContext context) throws ResourceAdapterInternalException {
        try {
            migration(settings(DEFAULT_POOL, Map.of())).prepare();
        } catch (InvalidSettingsException wrong) {
            throw new ResourceAdapterInternalException(wrong.getMessage());
        } catch (SQLException failed) {
            if (!PostgresErrors.mayPass(failed)) {
                throw new ResourceAdapterInternalException(failed.getMessage(), failed);
            }
        }
        threadTransaction.isToldBy(context.getTransactionSynchronizationRegistry());
        begin();
    }

    /** WildFly makes the connection factories before it starts the adapter. */
    private synchronized void begin() {
        running = true;
        pools.forEach(ManagedPool::start);
    }

    @Override
    public void stop() {
        synchronized (this) {
            running = false;
        }
        for (ManagedPool pool : pools) {
            try {
                pool.stop();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            RunningPools.HERE.remove(pool);
            LOG.log(System.Logger.Level.INFO, Messages.poolStopped(pool.name()));
        }
        pools.clear();
    }

    /** Makes the adapter's side of a pool. */
    ManagedPool poolFor(String name, Map<Setting, String> overrides) throws InvalidSettingsException {
        PoolSettings settings = settings(name, overrides);
        return new ManagedPool(settings.withoutAdmin(), nodeName(), ticker, migration(settings), threadTransaction);
    }

    /** One for each database, however many pools work on it. */
    private MigrationBeforeLogin migration(PoolSettings settings) {
        return migrations.computeIfAbsent(
                settings.server().address(), address -> new MigrationBeforeLogin(settings, ticker));
    }

    /** The container has made a connection factory of this pool. */
    synchronized void started(ManagedPool pool) {
        pools.add(pool);
        RunningPools.HERE.add(pool);
        LOG.log(System.Logger.Level.INFO, Messages.poolStarted(pool.settings()));
        if (running) {
            pool.start();
        }
    }

    private static PoolSettings settings(String pool, Map<Setting, String> overrides) throws InvalidSettingsException {
        return SettingsReader.read(
                pool,
                List.of(
                        SettingsSource.descriptor(overrides),
                        SettingsSource.systemProperties(System.getProperties()),
                        SettingsSource.environment(System.getenv())),
                DriverProperties.known(),
                DriverProperties.reserved());
    }

    /** WildFly names its node by a system property; elsewhere the host's name has to do. */
    private static String nodeName() {
        String node = System.getProperty("jboss.node.name");
        if (node != null) {
            return node;
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "unknown";
        }
    }

    @Override
    public void endpointActivation(MessageEndpointFactory factory, ActivationSpec spec) throws NotSupportedException {
        throw new NotSupportedException("TERAFY0225: Terafy has no inbound communication.");
    }

    @Override
    public void endpointDeactivation(MessageEndpointFactory factory, ActivationSpec spec) {
        // There is none: see endpointActivation.
    }

    /** For inbound transactions only; outbound ones are recovered through the managed connection factory. */
    @Override
    public XAResource[] getXAResources(ActivationSpec[] specs) {
        return new XAResource[0];
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
