/**
 * One reading of pg_stat_activity a second at most, for all clients together, on a session of its own outside the
 * pool. Start reading at {@link com.terafy.monitor.snapshot.Snapshots}.
 *
 * <p>Depends on the public API, the backends and JDBC.
 */
@NullMarked
package com.terafy.monitor.snapshot;

import org.jspecify.annotations.NullMarked;
