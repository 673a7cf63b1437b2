package com.terafy.monitor.backends;

/**
 * How many connections the whole server takes.
 *
 * @param maxConnections the setting max_connections
 * @param reserved of these, kept for superusers and for pg_use_reserved_connections
 * @param inUse connections of clients to all databases
 */
public record ServerLimits(int maxConnections, int reserved, int inUse) {}
