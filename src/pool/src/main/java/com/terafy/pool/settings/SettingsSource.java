package com.terafy.pool.settings;

import java.util.Map;
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

    /** Names in this source that look like settings and are none. */
    default Set<String> unknownNames() {
        return Set.of();
    }

    /**
     * The process environment, or a copy of it. Other names that begin with {@code DB_POOL_} or {@code DB_CLEANUP_} and
     * are not empty are reported as unknown; the rest of {@code DB_} belongs to others, too.
     */
    static SettingsSource environment(Map<String, String> environment) {
        return new SettingsSource() {
            @Override
            public @Nullable String text(Setting setting) {
                return environment.get(setting.name());
            }

            @Override
            public String nameOf(Setting setting) {
                return setting.name();
            }

            @Override
            public Set<String> unknownNames() {
                Set<String> unknown = new TreeSet<>();
                environment.forEach((name, text) -> {
                    if ((name.startsWith("DB_POOL_") || name.startsWith("DB_CLEANUP_")) && !text.isBlank()) {
                        unknown.add(name);
                    }
                });
                for (Setting setting : Setting.values()) {
                    unknown.remove(setting.name());
                }
                return unknown;
            }
        };
    }

    /** System properties; any other name that begins with {@value Setting#PROPERTY_PREFIX} is reported as unknown. */
    static SettingsSource systemProperties(Properties properties) {
        return new SettingsSource() {
            @Override
            public @Nullable String text(Setting setting) {
                return properties.getProperty(setting.property());
            }

            @Override
            public String nameOf(Setting setting) {
                return setting.property();
            }

            @Override
            public Set<String> unknownNames() {
                Set<String> unknown = new TreeSet<>();
                for (String name : properties.stringPropertyNames()) {
                    if (name.startsWith(Setting.PROPERTY_PREFIX)) {
                        unknown.add(name);
                    }
                }
                for (Setting setting : Setting.values()) {
                    unknown.remove(setting.property());
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
