package com.terafy.it;

import java.util.LinkedHashMap;
import java.util.Map;

/** Settings of the shared server that a test changes; {@link #close()} leaves them as they were. Not thread-safe. */
public final class ServerSettings implements AutoCloseable {

    private final Management management;
    private final Map<String, String> before = new LinkedHashMap<>();

    public ServerSettings(Management management) {
        this.management = management;
    }

    /** @param property the system property of a setting; read at the next deployment */
    public void set(String property, String value) {
        before.putIfAbsent(property, management.property(property));
        management.setProperty(property, value);
    }

    @Override
    public void close() {
        before.forEach((property, value) -> {
            management.removeProperty(property);
            if (!value.isEmpty()) {
                management.setProperty(property, value);
            }
        });
        before.clear();
    }
}
