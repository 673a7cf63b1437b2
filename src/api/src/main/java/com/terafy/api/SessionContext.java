package com.terafy.api;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Variables of a session that are set for exactly one borrow, for example those that row-level security policies read
 * with {@code current_setting('app.user_id')}. Immutable; {@code toString} shows the names only.
 *
 * @see <a href="https://www.postgresql.org/docs/current/runtime-config-custom.html">PostgreSQL, 20.16 Customized
 *     Options</a>
 */
public final class SessionContext {

    /** A customized option: two or more names with dots between, so that no setting of the server can be meant. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_$]*(\\.[A-Za-z_][A-Za-z0-9_$]*)+");

    /** More variables than this in one context is taken for a mistake. */
    private static final int MOST_VARIABLES = 50;

    private final Map<String, String> variables;

    private SessionContext(Map<String, String> variables) {
        this.variables = Map.copyOf(variables);
    }

    /**
     * A context of one variable.
     *
     * @param name of a customized option, for example {@code app.user_id}
     * @param value any text; it is bound, never made part of a statement
     * @throws IllegalArgumentException if the name is none of a customized option
     */
    public static SessionContext of(String name, String value) {
        return new SessionContext(Map.of()).and(name, value);
    }

    /**
     * This context and one variable more.
     *
     * @throws IllegalArgumentException if the name is none of a customized option or is there already
     */
    public SessionContext and(String name, String value) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("\"" + name
                    + "\" is no name of a customized option. Write two names with a dot between, as in app.user_id.");
        }
        Map<String, String> more = new LinkedHashMap<>(variables);
        if (more.putIfAbsent(name, value) != null) {
            throw new IllegalArgumentException(name + " is set twice.");
        }
        if (more.size() > MOST_VARIABLES) {
            throw new IllegalArgumentException("More than " + MOST_VARIABLES + " variables in one context.");
        }
        return new SessionContext(more);
    }

    /** The variables by name. */
    public Map<String, String> variables() {
        return variables;
    }

    @Override
    public String toString() {
        return "SessionContext" + variables.keySet();
    }
}
