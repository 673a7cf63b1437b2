package com.terafy.pool.settings;

import static com.terafy.pool.settings.Setting.DB_DRIVER_PROPERTIES;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Reads {@link Setting#DB_DRIVER_PROPERTIES}. A value may be a secret and may have a semicolon in it by mistake; so no
 * text is ever shown but names that the driver knows, and a part is named by its number.
 */
final class DriverProperties {

    private final SettingValues values;
    private final Set<String> known;
    private final Set<String> reserved;

    DriverProperties(SettingValues values, Set<String> known, Set<String> reserved) {
        this.values = values;
        this.known = known;
        this.reserved = reserved;
    }

    Map<String, String> read() {
        Map<String, String> properties = new LinkedHashMap<>();
        String[] parts = values.text(DB_DRIVER_PROPERTIES).split(";", -1);
        for (int i = 0; i < parts.length; i++) {
            if (!parts[i].isBlank()) {
                add(properties, parts[i], i + 1);
            }
        }
        return properties;
    }

    private void add(Map<String, String> properties, String part, int number) {
        int equals = part.indexOf('=');
        if (equals < 0) {
            problem("0111", "has as part " + number + " something without \"=\". Write name=value;name=value.");
            return;
        }
        String name = part.substring(0, equals).strip();
        if (reserved.contains(name)) {
            problem(
                    "0115",
                    "sets " + name + ", which has a setting of its own or belongs to the adapter. Remove it there.");
        } else if (!known.contains(name)) {
            String nearest = NearestName.of(name, known)
                    .map(near -> " The nearest that it knows is " + near + ".")
                    .orElse("");
            problem("0114", "has as part " + number + " a property that pgjdbc does not know (not shown)." + nearest);
        } else if (properties.putIfAbsent(name, part.substring(equals + 1).strip()) != null) {
            problem("0111", "sets " + name + " twice. Set it once.");
        }
    }

    private void problem(String id, String text) {
        values.problem(id, DB_DRIVER_PROPERTIES, text);
    }
}
