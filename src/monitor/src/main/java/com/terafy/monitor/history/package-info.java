/**
 * The last quarter of an hour of the pool, in memory. Pure. Start reading at {@link com.terafy.monitor.history.History}.
 *
 * <p>Depends on the public API.
 */
@NullMarked
package com.terafy.monitor.history;

import org.jspecify.annotations.NullMarked;
