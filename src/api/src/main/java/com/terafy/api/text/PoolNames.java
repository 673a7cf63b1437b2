package com.terafy.api.text;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How pools are called, and how their own settings are: those of a pool {@code Reporting} have its name before theirs, as
 * {@code REPORTING_DB_HOST} in the environment and {@code terafy.reporting.db.host} among the system properties. In the
 * environment {@code .} and {@code -} become {@code _}, among the system properties {@code -} and {@code _} become
 * {@code .}.
 */
public final class PoolNames {

    /** The pool of {@code java:/TerafyDS}: its own settings have nothing before their names. */
    public static final String DEFAULT = "TerafyDS";

    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9_.-]{1,40}");
    private static final Pattern SEPARATOR = Pattern.compile("[_.-]");

    private PoolNames() {}

    /** Why no pool can be called so, as the end of a message; empty if one can. */
    public static Optional<String> problem(String pool) {
        if (!ALLOWED.matcher(pool).matches()) {
            return Optional.of("a pool's name has 1 to 40 letters, digits, \"_\", \".\" and \"-\".");
        }
        boolean settingsWord = Arrays.stream(SEPARATOR.split(pool)).anyMatch("db"::equalsIgnoreCase);
        return settingsWord
                ? Optional.of("a pool's name has no word \"DB\", with which the names of settings begin.")
                : Optional.empty();
    }

    /**
     * The pool's own setting in the environment.
     *
     * @param setting its name, for example {@code DB_HOST}
     */
    public static String variable(String pool, String setting) {
        return pool.equals(DEFAULT)
                ? setting
                : SEPARATOR.matcher(pool).replaceAll("_").toUpperCase(Locale.ROOT) + "_" + setting;
    }

    /** The pool's own setting among the system properties. */
    public static String property(String pool, String setting) {
        return "terafy." + variable(pool, setting).toLowerCase(Locale.ROOT).replace('_', '.');
    }
}
