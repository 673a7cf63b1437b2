/**
 * What a pool counts and measures. {@link com.terafy.pool.statistics.PoolCounters} is written on the way and read as an
 * immutable {@link com.terafy.api.PoolStatistics}.
 */
@NullMarked
package com.terafy.pool.statistics;

import org.jspecify.annotations.NullMarked;
