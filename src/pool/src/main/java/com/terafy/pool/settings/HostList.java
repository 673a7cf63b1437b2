package com.terafy.pool.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Servers as they are written in {@link Setting#DB_HOST}: {@code host}, {@code host:port} or several of them with commas
 * between. A part that is no host is never shown: whoever writes a whole JDBC URL there writes the password with it.
 */
final class HostList {

    /** More servers than this are taken for a slip of the pen. */
    static final int MOST_HOSTS = 16;

    private static final String LABEL = "[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?";
    private static final String NAME = LABEL + "(?:\\." + LABEL + ")*\\.?";
    private static final String IPV6 = "\\[[0-9A-Fa-f:.]{2,45}(?:%[A-Za-z0-9._-]{1,32})?\\]";
    private static final Pattern HOST_AND_PORT = Pattern.compile("(" + NAME + "|" + IPV6 + ")(?::(\\d{1,5}))?");
    private static final Pattern BARE_IPV6 = Pattern.compile("[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]*:[0-9A-Fa-f.]*");

    private HostList() {}

    /**
     * The servers in the order they are written.
     *
     * @param problems takes one text for each part that is no server, to stand after the name of the setting
     */
    static List<HostPort> parse(String text, int defaultPort, Consumer<String> problems) {
        List<HostPort> hosts = new ArrayList<>();
        String[] parts = text.split(",", -1);
        if (parts.length > MOST_HOSTS) {
            problems.accept("names " + parts.length + " hosts. Name at most " + MOST_HOSTS + ".");
            return hosts;
        }
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i].strip();
            Optional<HostPort> host = host(part, defaultPort);
            if (host.isEmpty()) {
                problems.accept(complaint(part, parts.length == 1 ? "is" : "has as part " + (i + 1)));
            } else if (hosts.contains(host.get())) {
                problems.accept("names " + host.get() + " twice. Name each server once.");
            } else {
                hosts.add(host.get());
            }
        }
        return hosts;
    }

    private static Optional<HostPort> host(String part, int defaultPort) {
        Matcher matcher = HOST_AND_PORT.matcher(part);
        if (!matcher.matches() || matcher.group(1).length() > 255) {
            return Optional.empty();
        }
        int port = matcher.group(2) == null ? defaultPort : Integer.parseInt(matcher.group(2));
        return port < 1 || port > HostPort.HIGHEST_PORT
                ? Optional.empty()
                : Optional.of(new HostPort(matcher.group(1), port));
    }

    private static String complaint(String part, String place) {
        if (part.isEmpty()) {
            return place + " nothing. Write host or host:port, with commas between several.";
        }
        if (BARE_IPV6.matcher(part).matches()) {
            return place + " " + part + ", an IPv6 address without brackets. Write [" + part + "].";
        }
        if (part.contains("/") || part.contains("@")) {
            return place + " something with \"/\" or \"@\" in it (not shown), like a URL. Write host or host:port only;"
                    + " database, user and password have settings of their own.";
        }
        return place + " something that is no host or host:port (not shown). A port goes from 1 to "
                + HostPort.HIGHEST_PORT + ".";
    }
}
