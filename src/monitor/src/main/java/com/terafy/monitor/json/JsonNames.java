package com.terafy.monitor.json;

import java.lang.reflect.RecordComponent;
import java.util.Locale;

/** How Java's names read in JSON. */
public final class JsonNames {

    private JsonNames() {}

    /** A constant in lower case with hyphens: {@code ours-borrowed}. */
    public static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A component's own name; a trailing underscore, of {@code class_}, is left out. */
    public static String of(RecordComponent component) {
        String name = component.getName();
        return name.endsWith("_") ? name.substring(0, name.length() - 1) : name;
    }
}
