/**
 * What is kept of each pool while it runs: its readings, its samples, its place at the backend cleanup. Start reading at
 * {@link com.terafy.monitor.pools.PoolMonitors}.
 *
 * <p>Depends on the public API, the snapshots, the history and the problems.
 */
@NullMarked
package com.terafy.monitor.pools;

import org.jspecify.annotations.NullMarked;
