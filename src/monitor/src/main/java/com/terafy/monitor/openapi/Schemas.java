package com.terafy.monitor.openapi;

import com.terafy.monitor.json.JsonNames;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * JSON Schemas (2020-12) of records, by the rules of {@link com.terafy.monitor.json.Json}: everything is required but
 * what is Optional. Open: a later version may add members, and clients ignore those that they do not know. For one
 * thread.
 */
final class Schemas {

    private final Map<String, Object> named = new TreeMap<>();

    /** Every record met so far, by name. */
    Map<String, Object> named() {
        return named;
    }

    /** The schema of a type; a record's is a reference. */
    Map<String, Object> of(Type type) {
        if (type instanceof ParameterizedType parameterized) {
            return generic(parameterized);
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isRecord()) {
            return reference(plain);
        }
        if (plain.isEnum()) {
            return ordered("type", "string", "enum", names(plain));
        }
        if (plain == Instant.class) {
            return ordered("type", "string", "format", "date-time");
        }
        if (plain == Duration.class) {
            return ordered("type", "number", "description", "seconds");
        }
        return simple(plain);
    }

    private static Map<String, Object> simple(Class<?> plain) {
        if (plain == String.class) {
            return Map.of("type", "string");
        }
        if (plain == int.class || plain == long.class || plain == Integer.class || plain == Long.class) {
            return Map.of("type", "integer");
        }
        if (plain == double.class || plain == Double.class) {
            return Map.of("type", "number");
        }
        if (plain == boolean.class || plain == Boolean.class) {
            return Map.of("type", "boolean");
        }
        throw new IllegalArgumentException("No rule for " + plain);
    }

    private Map<String, Object> generic(ParameterizedType type) {
        Type[] arguments = type.getActualTypeArguments();
        if (type.getRawType() == List.class) {
            return ordered("type", "array", "items", of(arguments[0]));
        }
        if (type.getRawType() == Map.class) {
            return ordered("type", "object", "additionalProperties", of(arguments[1]));
        }
        throw new IllegalArgumentException("No rule for " + type);
    }

    private Map<String, Object> reference(Class<?> type) {
        String name = type.getSimpleName();
        if (!named.containsKey(name)) {
            named.put(name, Map.of()); // before its components: a tree contains itself
            named.put(name, object(type));
        }
        return Map.of("$ref", "#/components/schemas/" + name);
    }

    private Map<String, Object> object(Class<?> type) {
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            String name = JsonNames.of(component);
            Type of = component.getGenericType();
            if (of instanceof ParameterizedType optional && optional.getRawType() == Optional.class) {
                of = optional.getActualTypeArguments()[0];
            } else {
                required.add(name);
            }
            properties.put(name, of(of));
        }
        Map<String, Object> object = ordered("type", "object", "properties", properties);
        object.put("required", required);
        return object;
    }

    private static List<String> names(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> JsonNames.of((Enum<?>) constant))
                .toList();
    }

    static Map<String, Object> ordered(String firstName, Object first, String secondName, Object second) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(firstName, first);
        map.put(secondName, second);
        return map;
    }
}
