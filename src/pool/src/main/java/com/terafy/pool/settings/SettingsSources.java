package com.terafy.pool.settings;

import com.terafy.api.SettingOrigin;
import com.terafy.api.text.PoolNames;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the settings of one pool are looked for, in this order: the configuration properties of its connection definition,
 * its own system properties, its own environment, and what it inherits, the system properties and the environment of the
 * pool of {@code java:/TerafyDS}, which itself inherits nothing.
 */
public final class SettingsSources {

    private SettingsSources() {}

    /**
     * The sources of a pool.
     *
     * @param definition configuration properties of its connection definition
     */
    public static List<SettingsSource> of(
            String pool, Map<Setting, String> definition, Properties properties, Map<String, String> environment) {
        List<SettingsSource> own = List.of(
                SettingsSource.descriptor(definition),
                SettingsSource.systemProperties(pool, properties),
                SettingsSource.environment(pool, environment));
        if (pool.equals(PoolNames.DEFAULT)) {
            return own;
        }
        return Stream.concat(
                        own.stream(),
                        Stream.of(
                                new Inherited(SettingsSource.systemProperties(properties), pool, own),
                                new Inherited(SettingsSource.environment(environment), pool, own)))
                .toList();
    }

    /** Where each setting comes from, by their names. */
    public static Map<String, SettingOrigin> origins(List<SettingsSource> sources) {
        Map<String, SettingOrigin> origins = new LinkedHashMap<>();
        for (Setting setting : Setting.values()) {
            origins.put(
                    setting.name(),
                    sources.stream()
                            .filter(source -> source.sets(setting))
                            .findFirst()
                            .map(source -> source.originOf(setting))
                            .orElse(SettingOrigin.STANDARD));
        }
        return Collections.unmodifiableMap(origins);
    }

    /**
     * What a pool inherits. No password goes to another server or role, and none of a pair that has an own half; nor do the
     * driver's properties, of which some are secrets. The administrator is inherited by none: he sets the password of the
     * role, which is all databases', and rights in this one. Names that are no settings are reported by the pool whose they
     * are.
     */
    private record Inherited(SettingsSource source, String pool, List<SettingsSource> own) implements SettingsSource {

        @Override
        public @Nullable String text(Setting setting) {
            return isWithheld(setting) ? null : source.text(setting);
        }

        private boolean isWithheld(Setting setting) {
            return switch (setting) {
                case DB_PASSWORD, DB_PASSWORD_FILE ->
                    hasOwn(
                            Setting.DB_HOST,
                            Setting.DB_PORT,
                            Setting.DB_USER,
                            Setting.DB_PASSWORD,
                            Setting.DB_PASSWORD_FILE);
                case DB_DRIVER_PROPERTIES -> hasOwn(Setting.DB_HOST, Setting.DB_PORT, Setting.DB_USER);
                case DB_ADMIN_USER, DB_ADMIN_PASSWORD, DB_ADMIN_PASSWORD_FILE -> true;
                case DB_SSL_ROOT_CERT -> own.stream().anyMatch(Inherited::disablesTls); // it could not be taken back
                default -> false;
            };
        }

        private boolean hasOwn(Setting... settings) {
            return own.stream().anyMatch(source -> Set.of(settings).stream().anyMatch(source::sets));
        }

        private static boolean disablesTls(SettingsSource source) {
            String mode = source.text(Setting.DB_SSL_MODE);
            return mode != null && mode.strip().equals(SslMode.DISABLE.text());
        }

        @Override
        public String nameOf(Setting setting) {
            return source.nameOf(setting) + " (inherited; " + PoolNames.variable(pool, setting.name())
                    + " is this pool's)";
        }

        @Override
        public SettingOrigin originOf(Setting setting) {
            return new SettingOrigin(SettingOrigin.Kind.INHERITED, Optional.of(source.nameOf(setting)));
        }
    }
}
