package com.terafy.testkit;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * How a test server is set up.
 *
 * @param port the port of the loopback address; 0 takes a free one
 * @param password the superuser's
 * @param certificates with them the server offers TLS; null without
 * @param tlsOnly whether connections without TLS are refused
 * @param settings lines of postgresql.conf beyond the defaults
 */
record ServerOptions(
        int port, String password, @Nullable Certificates certificates, boolean tlsOnly, Map<String, String> settings) {

    ServerOptions {
        settings = Map.copyOf(settings);
    }

    /** The lines of postgresql.conf. No Unix socket: its path may be too long, and the driver speaks TCP only. */
    String configuration() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("listen_addresses", "localhost");
        all.put("unix_socket_directories", "");
        all.put("max_connections", "100");
        all.put("shared_buffers", "32MB");
        // A crash of the machine loses the data of a test, which nobody misses; one of the server does not.
        all.put("fsync", "off");
        all.put("log_line_prefix", "%m [%p] %u@%d %a ");
        all.put("wal_keep_size", "128MB");
        if (certificates != null) {
            all.put("ssl", "on");
            all.put("ssl_cert_file", "../server.crt");
            all.put("ssl_key_file", "../server.key");
        }
        all.putAll(settings);
        StringJoiner lines = new StringJoiner("\n", "\n", "\n");
        all.forEach((name, value) -> lines.add(name + " = '" + value.replace("'", "''") + "'"));
        return lines.toString();
    }

    /** The same for another server. */
    ServerOptions onPort(int other) {
        return new ServerOptions(other, password, certificates, tlsOnly, settings);
    }

    /** The lines of pg_hba.conf: every role by password. */
    String admission() {
        String kind = tlsOnly ? "hostssl" : "host";
        StringJoiner lines = new StringJoiner("\n", "", "\n");
        for (String databases : new String[] {"all", "replication"}) {
            for (String address : new String[] {"127.0.0.1/32", "::1/128"}) {
                lines.add(kind + " " + databases + " all " + address + " scram-sha-256");
            }
        }
        return lines.toString();
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "ServerOptions[port=" + port + ", tls=" + (certificates != null) + ", settings=" + settings + "]";
    }
}
