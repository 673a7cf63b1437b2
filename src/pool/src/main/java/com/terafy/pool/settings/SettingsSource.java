package com.terafy.pool.settings;

import com.terafy.api.SettingOrigin;
import com.terafy.api.text.PoolNames;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One place that settings are read from. An empty text counts as not set, so that a compose file may pass on a variable
 * that nobody defined.
 */
public interface SettingsSource {

    /** The raw text, or null if this source does not set it. */
    @Nullable
    String text(Setting setting);

    /** How to name the setting to somebody who has to correct it, for example {@code DB_POOL_MAX}. */
    String nameOf(Setting setting);

    /** True if there is something; a password may be of spaces only, any other setting is not set by them. */
    default boolean sets(Setting setting) {
        String text = text(setting);
        return text != null && (setting.isSecret() ? !text.isEmpty() : !text.isBlank());
    }

    /** Where the pool's value comes from if it is the one of this source, which sets it. */
    default SettingOrigin originOf(Setting setting) {
        return new SettingOrigin(SettingOrigin.Kind.OWN, Optional.of(nameOf(setting)));
    }

    /** Names in this source that look like settings and are none. */
    default Set<String> unknownNames() {
        return Set.of();
    }

    /** The process environment, or a copy of it, for the pool of java:/TerafyDS. */
    static SettingsSource environment(Map<String, String> environment) {
        return environment(PoolNames.DEFAULT, environment);
    }

    /**
     * The process environment, or a copy of it, with the pool's own settings. Other names that begin as they do and are not
     * empty are reported as unknown; of the pool of java:/TerafyDS only those with {@code DB_POOL_} or {@code DB_CLEANUP_},
     * as the rest of {@code DB_} belongs to others, too.
     */
    static SettingsSource environment(String pool, Map<String, String> environment) {
        return new SettingsSource() {
            @Override
            public @Nullable String text(Setting setting) {
                return environment.get(nameOf(setting));
            }

            @Override
            public String nameOf(Setting setting) {
                return PoolNames.variable(pool, setting.name());
            }

            @Override
            public Set<String> unknownNames() {
                List<String> prefixes = pool.equals(PoolNames.DEFAULT)
                        ? List.of("DB_POOL_", "DB_CLEANUP_")
                        : List.of(PoolNames.variable(pool, "DB_"));
                Set<String> unknown = new TreeSet<>();
                environment.forEach((name, text) -> {
                    if (prefixes.stream().anyMatch(name::startsWith) && !text.isBlank()) {
                        unknown.add(name);
                    }
                });
                for (Setting setting : Setting.values()) {
                    unknown.remove(nameOf(setting));
                }
                return unknown;
            }
        };
    }

    /** System properties for the pool of java:/TerafyDS. */
    static SettingsSource systemProperties(Properties properties) {
        return systemProperties(PoolNames.DEFAULT, properties);
    }

    /**
     * System properties with the pool's own settings; any other name that begins as they do ({@code terafy.db.}) is
     * reported as unknown.
     */
    static SettingsSource systemProperties(String pool, Properties properties) {
        return new SettingsSource() {
            @Override
            public @Nullable String text(Setting setting) {
                return properties.getProperty(nameOf(setting));
            }

            @Override
            public String nameOf(Setting setting) {
                return PoolNames.property(pool, setting.name());
            }

            @Override
            public Set<String> unknownNames() {
                String prefix = PoolNames.property(pool, "DB_");
                Set<String> unknown = new TreeSet<>();
                for (String name : properties.stringPropertyNames()) {
                    if (name.startsWith(prefix)) {
                        unknown.add(name);
                    }
                }
                for (Setting setting : Setting.values()) {
                    unknown.remove(nameOf(setting));
                }
                return unknown;
            }
        };
    }

    /** Configuration properties of a connection definition; they belong to one pool and go before all others. */
    static SettingsSource descriptor(Map<Setting, String> values) {
        return new SettingsSource() {
            @Override
            public @Nullable String text(Setting setting) {
                return values.get(setting);
            }

            @Override
            public String nameOf(Setting setting) {
                return "config property for " + setting.name();
            }
        };
    }
}
