package com.terafy.pool.settings;

import static com.terafy.pool.settings.Setting.*;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What can be changed while a pool runs, until its next start. Pure. */
public final class SettingsChange {

    /** The settings that can. */
    public static final Set<Setting> CHANGEABLE = Collections.unmodifiableSet(EnumSet.of(
            DB_POOL_MIN,
            DB_POOL_MAX,
            DB_POOL_IDLE_TIMEOUT,
            DB_POOL_MAX_LIFETIME,
            DB_POOL_LEAK_THRESHOLD,
            DB_POOL_ACQUIRE_TIMEOUT,
            DB_CLEANUP_DRY_RUN));

    private SettingsChange() {}

    /**
     * The settings with some of them changed; validated as at the start, also against those that stay.
     *
     * @param changes texts by the names of the settings, {@code DB_POOL_MAX} for instance
     * @throws InvalidSettingsException naming every bad one, and every one that cannot be changed
     */
    public static PoolSettings of(PoolSettings now, Map<String, String> changes) throws InvalidSettingsException {
        List<String> fixed = changes.keySet().stream()
                .filter(name ->
                        CHANGEABLE.stream().noneMatch(setting -> setting.name().equals(name)))
                .sorted()
                .map(name -> "TERAFY0124: Pool " + now.poolName() + ": " + Echo.of(name)
                        + " cannot be changed while the" + " pool runs; that can " + names()
                        + ". Set it where the server starts, and start it anew.")
                .toList();
        if (!fixed.isEmpty()) {
            throw new InvalidSettingsException(now.poolName(), fixed, InvalidSettingsException.CHANGED);
        }
        SettingsReader.Changeable read = SettingsReader.readChangeable(now.poolName(), source(now, changes));
        PoolSettings.BackendCleanup cleanup = now.cleanup();
        return new PoolSettings(
                now.poolName(),
                now.server(),
                now.login(),
                read.size(),
                read.upkeep(),
                now.session(),
                now.transactionSupport(),
                new PoolSettings.BackendCleanup(
                        cleanup.enabled(),
                        cleanup.interval(),
                        cleanup.idleLimit(),
                        cleanup.idleInTransactionLimit(),
                        cleanup.scope(),
                        cleanup.allowedUsers(),
                        cleanup.allowedApplications(),
                        read.cleanup().dryRun()),
                now.admin(),
                now.readiness());
    }

    private static String names() {
        return CHANGEABLE.stream().map(Setting::name).collect(Collectors.joining(", "));
    }

    /** What stays is written as it would be in the environment. */
    private static SettingsSource source(PoolSettings now, Map<String, String> changes) {
        Map<String, String> texts = now.shown();
        Map<Setting, String> all = new EnumMap<>(Setting.class);
        Arrays.stream(Setting.values())
                .filter(setting ->
                        setting.name().startsWith("DB_POOL_") || setting.name().startsWith("DB_CLEANUP_"))
                .forEach(setting -> all.put(setting, texts.getOrDefault(setting.name(), "")));
        changes.forEach((name, text) -> all.put(Setting.valueOf(name), text));
        return new SettingsSource() {
            @Override
            public String text(Setting setting) {
                return all.getOrDefault(setting, "");
            }

            @Override
            public String nameOf(Setting setting) {
                return setting.name();
            }
        };
    }
}
