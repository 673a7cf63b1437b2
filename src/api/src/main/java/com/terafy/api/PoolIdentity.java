package com.terafy.api;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A pool instance as every session of the database can see it: the {@code application_name} of its backends reads
 * {@code terafy/<node>/<pool>/<instance>}, with a further {@code /<purpose>} for a connection outside the pool.
 *
 * <p>{@code application_name} can be set by anyone: it is a hint, no proof.
 *
 * @param node name of the server, for example WildFly's {@code jboss.node.name}
 * @param pool name of the pool
 * @param instance random for each start of the pool; never 0
 */
public record PoolIdentity(String node, String pool, int instance) {

    /** Most bytes of an {@code application_name}: PostgreSQL's NAMEDATALEN - 1. */
    public static final int LONGEST_APPLICATION_NAME = 63;

    private static final Pattern TAG = Pattern.compile("terafy/([^/]*)/([^/]*)/([0-9a-f]{8})(?:/[a-z-]{1,12})?");

    /** The {@code application_name} of the pool's connections; node and pool are shortened to fit. */
    public String applicationName() {
        return "terafy/" + fit(node, 20) + "/" + fit(pool, 12) + "/" + instanceText();
    }

    /** The {@code application_name} of a connection outside the pool. */
    public String applicationName(String purpose) {
        return applicationName() + "/" + purpose;
    }

    /** The instance as it stands in the tag: eight hexadecimal digits. */
    public String instanceText() {
        return String.format("%08x", instance);
    }

    /** The identity in an {@code application_name}; empty if it is not one of a Terafy pool. */
    public static Optional<PoolIdentity> parse(String applicationName) {
        Matcher matcher = TAG.matcher(applicationName);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(
                new PoolIdentity(matcher.group(1), matcher.group(2), Integer.parseUnsignedInt(matcher.group(3), 16)));
    }

    /** Whether an {@code application_name} is that of the session by which a pool instance shows that it lives. */
    public static boolean isLease(String applicationName) {
        return applicationName.endsWith("/" + Lease.PURPOSE)
                && parse(applicationName).isPresent();
    }

    /** Printable ASCII without the separator: PostgreSQL replaces anything else by a question mark. */
    private static String fit(String name, int longest) {
        String ascii = name.replaceAll("[^!-~]", "?").replace('/', '_');
        return ascii.substring(0, Math.min(longest, ascii.length()));
    }
}
