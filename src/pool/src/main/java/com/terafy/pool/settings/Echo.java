package com.terafy.pool.settings;

import java.util.regex.Pattern;

/**
 * A bad value as it may stand in a message: whole if it is short and plain, otherwise not at all. What somebody typed
 * into the wrong variable may be a password, and a control character may forge a line of the log.
 */
final class Echo {

    private static final Pattern PLAIN = Pattern.compile("[\\p{L}\\p{N} ._:+*/-]{1,40}");

    private Echo() {}

    /** The value in quotes, or that it is not shown. */
    static String of(String value) {
        return PLAIN.matcher(value).matches() && !value.contains("//") ? '"' + value + '"' : "a text (not shown)";
    }
}
