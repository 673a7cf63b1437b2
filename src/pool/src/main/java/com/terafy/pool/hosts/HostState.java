package com.terafy.pool.hosts;

import java.time.Duration;
import java.util.Optional;

/**
 * What is known of a server.
 *
 * @param answers whether it has answered the last question
 * @param readOnly whether it refuses writes
 * @param lag how far it is behind at most; empty if that is not known
 */
public record HostState(boolean answers, boolean readOnly, Optional<Duration> lag) {

    /** It does not answer, or was not asked yet. */
    public static final HostState SILENT = new HostState(false, false, Optional.empty());

    /** A server that accepts writes is behind nobody. */
    public static final HostState WRITABLE = new HostState(true, false, Optional.of(Duration.ZERO));

    /** One that answers and refuses writes. */
    public static HostState readOnly(Optional<Duration> lag) {
        return new HostState(true, true, lag);
    }

    /** The same after it has said whether it refuses writes. */
    public HostState saying(boolean nowReadOnly) {
        if (answers && readOnly == nowReadOnly) {
            return this;
        }
        return nowReadOnly ? readOnly(Optional.empty()) : WRITABLE;
    }
}
