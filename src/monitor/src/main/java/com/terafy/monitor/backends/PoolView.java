package com.terafy.monitor.backends;

import com.terafy.api.ConnectionInfo;
import com.terafy.api.PoolIdentity;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the pool believed at one moment.
 *
 * @param at when, by this server's clock
 * @param lasting whether a connection keeps its backend, unlike behind a pooler that gives one for each transaction
 */
public record PoolView(PoolIdentity identity, List<ConnectionInfo> connections, Instant at, boolean lasting) {

    public PoolView {
        connections = List.copyOf(connections);
    }

    Optional<ConnectionInfo> connectionOf(ActivityRow row) {
        return connections.stream()
                .filter(connection -> row.is(connection.backendPid(), connection.backendStart()))
                .findFirst();
    }

    Optional<ConnectionInfo> connection(long id) {
        return connections.stream().filter(connection -> connection.id() == id).findFirst();
    }
}
