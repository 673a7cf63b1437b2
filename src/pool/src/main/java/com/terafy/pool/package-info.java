/**
 * The pool's policy, pure: what the settings mean, which connections are counted how, which one is to be reaped. Start
 * reading at {@link com.terafy.pool.settings.PoolSettings}, then
 * {@code sessions}.
 *
 * <p>Depends on the JDK only: no Jakarta API, no driver, no thread of its own.
 */
@NullMarked
package com.terafy.pool;

import org.jspecify.annotations.NullMarked;
