package com.terafy.pool.settings;

import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.fail;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/** Reads settings in tests as the adapter does, with a few of the driver's properties. */
final class Reading {

    static final Set<String> DRIVER_PROPERTIES =
            Set.of("tcpKeepAlive", "sslpassword", "sslfactory", "options", "loginTimeout", "user", "password");
    static final Set<String> RESERVED = Set.of("user", "password", "loginTimeout");

    private Reading() {}

    /** The environment from names and values in turn. */
    static Map<String, String> environment(String... namesAndValues) {
        Map<String, String> environment = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            environment.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return environment;
    }

    static PoolSettings read(String... namesAndValues) {
        return readFrom(SettingsSource.environment(environment(namesAndValues)));
    }

    static PoolSettings readFrom(SettingsSource... sources) {
        try {
            return SettingsReader.read("TerafyDS", List.of(sources), DRIVER_PROPERTIES, RESERVED);
        } catch (InvalidSettingsException invalid) {
            return fail("These settings are good.", invalid);
        }
    }

    static List<String> problems(String... namesAndValues) {
        return invalid(SettingsSource.environment(environment(namesAndValues))).problems();
    }

    static List<String> problemsOfProperties(String... namesAndValues) {
        Properties properties = new Properties();
        properties.putAll(environment(namesAndValues));
        return invalid(SettingsSource.systemProperties(properties)).problems();
    }

    static InvalidSettingsException invalid(SettingsSource... sources) {
        return catchThrowableOfType(
                InvalidSettingsException.class,
                () -> SettingsReader.read("TerafyDS", List.of(sources), DRIVER_PROPERTIES, RESERVED));
    }
}
