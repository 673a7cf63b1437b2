package com.terafy.ra.spi;

import com.terafy.api.text.PoolNames;
import com.terafy.pool.settings.InvalidSettingsException;
import com.terafy.pool.settings.PoolSettings;
import com.terafy.pool.settings.Setting;
import com.terafy.pool.settings.SettingsReader;
import com.terafy.pool.settings.SettingsSource;
import com.terafy.pool.settings.SettingsSources;
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
 * wrong ones fail the deployment, or the one definition of a pool; its stop ends what it started.
 *
 * <p>Equal by identity: a server has one instance for each deployment, WildFly another for each further pool.
 */
public class TerafyResourceAdapter implements ResourceAdapter {

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
            if (migrations.isEmpty()) { // no pool has been made yet
                migration(settings(PoolNames.DEFAULT, sources(PoolNames.DEFAULT, Map.of())));
            }
            for (MigrationBeforeLogin migration : migrations.values()) {
                migration.prepare();
            }
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
    private synchronized void begin() throws ResourceAdapterInternalException {
        try {
            for (ManagedPool pool : pools) {
                RunningPools.HERE.add(pool);
            }
        } catch (ResourceAdapterInternalException taken) {
            pools.forEach(RunningPools.HERE::remove);
            throw taken;
        }
        running = true;
        pools.forEach(TerafyResourceAdapter::begin);
    }

    private static void begin(ManagedPool pool) {
        LOG.log(System.Logger.Level.INFO, Messages.poolStarted(pool.settings()));
        LOG.log(System.Logger.Level.INFO, Messages.settingsFrom(pool.name(), pool.origins()));
        pool.start();
    }

    @Override
    public void stop() {
        boolean began;
        synchronized (this) {
            began = running;
            running = false;
        }
        for (ManagedPool pool : pools) {
            try {
                pool.stop();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            RunningPools.HERE.remove(pool);
            if (began) {
                LOG.log(System.Logger.Level.INFO, Messages.poolStopped(pool.name()));
            }
        }
        pools.clear();
    }

    /** Makes the adapter's side of a pool. */
    ManagedPool poolFor(String name, Map<Setting, String> overrides) throws InvalidSettingsException {
        List<SettingsSource> sources = sources(name, overrides);
        PoolSettings settings = settings(name, sources);
        return new ManagedPool(
                settings.withoutAdmin(),
                SettingsSources.origins(sources),
                nodeName(),
                ticker,
                migration(settings),
                threadTransaction);
    }

    /** One for each database that has an administrator, however many pools of this adapter work on it. */
    private MigrationBeforeLogin migration(PoolSettings settings) {
        String administrator = settings.admin().map(PoolSettings.Login::user).orElse("");
        return migrations.computeIfAbsent(
                settings.server().address() + " " + administrator,
                address -> new MigrationBeforeLogin(settings, ticker));
    }

    /**
     * The container has made a connection factory of this pool; some make several.
     *
     * @throws ResourceAdapterInternalException if a pool of this name runs already
     */
    synchronized void made(ManagedPool pool) throws ResourceAdapterInternalException {
        if (pools.contains(pool)) {
            return;
        }
        if (running) {
            RunningPools.HERE.add(pool);
            begin(pool);
        }
        pools.add(pool);
    }

    private static List<SettingsSource> sources(String pool, Map<Setting, String> overrides) {
        return SettingsSources.of(pool, overrides, System.getProperties(), System.getenv());
    }

    private static PoolSettings settings(String pool, List<SettingsSource> sources) throws InvalidSettingsException {
        return SettingsReader.read(pool, sources, DriverProperties.known(), DriverProperties.reserved());
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
