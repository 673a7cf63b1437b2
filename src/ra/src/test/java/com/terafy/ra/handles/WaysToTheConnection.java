package com.terafy.ra.handles;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.sql.Connection;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Which types of JDBC and of the driver's API have methods that lead, over any number of steps, to a connection. */
final class WaysToTheConnection {

    private static final Map<Class<?>, Boolean> KNOWN = new ConcurrentHashMap<>();

    private WaysToTheConnection() {}

    /** By the declared types of the results; what is declared as Object only is walked in {@link NoWayToTheDriverTest}. */
    static boolean leadsThere(Class<?> type) {
        return KNOWN.computeIfAbsent(type, asked -> leadsThere(asked, new HashSet<>()));
    }

    private static boolean leadsThere(Class<?> type, Set<Class<?>> seen) {
        if (Connection.class.isAssignableFrom(type)) {
            return true;
        }
        return isOfJdbc(type)
                && seen.add(type)
                && Arrays.stream(type.getMethods())
                        .filter(method -> !Modifier.isStatic(method.getModifiers()))
                        .map(Method::getReturnType)
                        .anyMatch(result -> leadsThere(result, seen));
    }

    static boolean isOfJdbc(Class<?> type) {
        return type.getName().startsWith("java.sql.") || type.getName().startsWith("org.postgresql.");
    }
}
