package com.terafy.pool.settings;

/**
 * One server that may be connected to.
 *
 * @param host a name, or an address; IPv6 in brackets
 * @param port from 1 to 65535
 */
public record HostPort(String host, int port) {

    /** Highest TCP port. */
    public static final int HIGHEST_PORT = 65_535;

    public HostPort {
        if (host.isEmpty() || port < 1 || port > HIGHEST_PORT) {
            throw new IllegalArgumentException("no host and port: " + host + ":" + port);
        }
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
