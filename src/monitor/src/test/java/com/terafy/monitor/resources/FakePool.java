package com.terafy.monitor.resources;

import com.terafy.api.ConnectionInfo;
import com.terafy.api.ConnectionWork;
import com.terafy.api.DurationHistogram;
import com.terafy.api.FlushMode;
import com.terafy.api.LeaseStatus;
import com.terafy.api.PoolIdentity;
import com.terafy.api.PoolOperations;
import com.terafy.api.PoolStatistics;
import com.terafy.api.SettingOrigin;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A pool with two settings, which refuses a maximum of 0, and fails where it is resumed unpaused. */
final class FakePool implements PoolOperations {

    static final String REFUSAL = "TERAFY0100: 1 setting is wrong.\n  DB_POOL_MAX is 0. Set it to 1 to 1000.";

    private static final Map<String, String> AT_START = Map.of("DB_POOL_MIN", "2", "DB_POOL_MAX", "10");

    private final Map<String, String> settings = new TreeMap<>(AT_START);
    private final PoolIdentity identity;
    private boolean paused;

    /** The default one. */
    FakePool() {
        this("TerafyDS", 1);
    }

    FakePool(String name, int instance) {
        identity = new PoolIdentity("node", name, instance);
    }

    @Override
    public String name() {
        return identity.pool();
    }

    @Override
    public PoolIdentity identity() {
        return identity;
    }

    @Override
    public Map<String, String> settings() {
        return Map.copyOf(settings);
    }

    @Override
    public Map<String, SettingOrigin> origins() {
        return Map.of();
    }

    @Override
    public void change(Map<String, String> wanted) {
        if ("0".equals(wanted.get("DB_POOL_MAX"))) {
            throw new IllegalArgumentException(REFUSAL);
        }
        if ("broken".equals(wanted.get("DB_POOL_MAX"))) {
            throw new IllegalStateException("broken");
        }
        settings.putAll(wanted);
    }

    @Override
    public Map<String, String> changed() {
        Map<String, String> changed = new TreeMap<>(AT_START);
        changed.entrySet().removeIf(each -> each.getValue().equals(settings.get(each.getKey())));
        return changed;
    }

    @Override
    public Optional<LeaseStatus> lease() {
        return Optional.empty();
    }

    @Override
    public <T, E extends Exception> T onLease(Duration patience, ConnectionWork<T, E> work) {
        throw new UnsupportedOperationException("there is no database");
    }

    @Override
    public Connection openOutsidePool(String purpose) {
        throw new UnsupportedOperationException("there is no database");
    }

    @Override
    public PoolStatistics statistics() {
        DurationHistogram none = new DurationHistogram(List.of(), List.of(0L), Duration.ZERO);
        int max = Integer.parseInt(settings.getOrDefault("DB_POOL_MAX", ""));
        return new PoolStatistics(
                name(), 2, max, 4, 1, 2, 1, 3, 0, 0, 0, 0, 0, 0, Map.of(), 0, Map.of(), none, none, none);
    }

    @Override
    public List<ConnectionInfo> connections() {
        return List.of();
    }

    @Override
    public int flush(FlushMode mode) {
        throw new UnsupportedOperationException("nobody flushes it");
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        if (!paused) {
            throw new IllegalStateException("broken");
        }
        paused = false;
    }

    @Override
    public boolean isPaused() {
        return paused;
    }
}
