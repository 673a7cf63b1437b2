package com.terafy.ra.spi;

import com.terafy.api.PoolIdentity;
import com.terafy.pool.settings.PoolSettings;
import com.terafy.pool.time.Ticker;
import com.terafy.ra.connect.BeforeLogin;
import com.terafy.ra.connect.Credentials;
import com.terafy.ra.connect.PhysicalConnector;
import com.terafy.ra.migration.RoleMigration;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs the role migration once before the first login, and again and again while the server is not there. When it has
 * succeeded the administrator's credentials are dropped. Thread-safe.
 */
final class MigrationBeforeLogin implements BeforeLogin {

    /** How the administrator's session is called in pg_stat_activity. */
    private static final String PURPOSE = "migration";

    private final Ticker ticker;

    /** One thread migrates, the others wait for it. */
    private final ReentrantLock lock = new ReentrantLock();

    /** Null once there is nothing left to do; guarded by {@link #lock} for writing. */
    private volatile @Nullable PoolSettings due;

    MigrationBeforeLogin(PoolSettings settings, Ticker ticker) {
        this.ticker = ticker;
        this.due = settings.admin().isPresent() ? settings : null;
    }

    @Override
    public void prepare() throws SQLException {
        if (due != null) {
            migrate();
        }
    }

    private void migrate() throws SQLException {
        lockWithin(due);
        try {
            PoolSettings settings = due;
            if (settings != null) {
                PhysicalConnector connector = new PhysicalConnector(settings, ticker, NOTHING, () -> 0);
                String tag = new PoolIdentity("", settings.poolName(), 1).applicationName(PURPOSE);
                RoleMigration.run(
                        settings, login -> connector.openUnprepared(Credentials.of(login, settings.server()), tag));
                due = null;
            }
        } finally {
            lock.unlock();
        }
    }

    private void lockWithin(@Nullable PoolSettings settings) throws SQLException {
        long seconds = settings == null ? 1 : settings.server().connectTimeout().toSeconds();
        try {
            if (!lock.tryLock(seconds, TimeUnit.SECONDS)) {
                throw new SQLTransientConnectionException("The role migration is still under way.", "57P03");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new SQLTransientConnectionException("Interrupted during the role migration.", "57P03", interrupted);
        }
    }
}
