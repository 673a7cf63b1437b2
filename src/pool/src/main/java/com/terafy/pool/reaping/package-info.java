/**
 * Where reaping is decided: {@link com.terafy.pool.reaping.SweepPolicy}. Pure; the floor is kept by
 * {@link com.terafy.pool.sessions.SessionPool#sweep}.
 */
@NullMarked
package com.terafy.pool.reaping;

import org.jspecify.annotations.NullMarked;
