package com.terafy.pool.hosts;

import java.time.Duration;
import java.util.Optional;

/**
 * What is known of a server.
 *
 * @param answers whether it has answered lately
 * @param replica whether it is in recovery, which is the same for all sessions on it
 * @param readOnly whether it refuses writes of the pool's own role: a replica, and a server or a role with
 *     {@code default_transaction_read_only}
 * @param lag how far it is behind at most; empty if that is not known
 */
public record HostState(boolean answers, boolean replica, boolean readOnly, Optional<Duration> lag) {

    /** It does not answer, or was not asked yet. */
    public static final HostState SILENT = new HostState(false, false, false, Optional.empty());

    /** A server that accepts writes is behind nobody. */
    public static final HostState WRITABLE = new HostState(true, false, false, Optional.of(Duration.ZERO));

    /** One that refuses writes though it is no replica. */
    public static final HostState FENCED = new HostState(true, false, true, Optional.of(Duration.ZERO));

    /** One that answers and is in recovery. */
    public static HostState replica(Optional<Duration> lag) {
        return new HostState(true, true, true, lag);
    }

    /** The same after it has told a session whether it is a replica. */
    public HostState saying(boolean nowReplica) {
        if (!answers || replica == nowReplica) {
            return this;
        }
        return nowReplica ? replica(Optional.empty()) : WRITABLE;
    }

    /** The same some time later: a replica of which nothing was heard since may be so much further behind. */
    public HostState after(Duration time) {
        return replica ? replica(lag.map(time::plus)) : this;
    }
}
