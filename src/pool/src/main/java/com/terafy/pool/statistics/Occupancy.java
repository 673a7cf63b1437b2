package com.terafy.pool.statistics;

/**
 * How many live connections a pool has at one moment.
 *
 * @param idle nobody holds
 * @param inUse a borrower holds
 */
public record Occupancy(int idle, int inUse) {}
