package com.terafy.monitor.backends;

import java.time.Duration;
import java.util.Optional;

/**
 * The database at a glance. What the role may not see, or what is not known yet, is missing.
 *
 * @param sizeBytes bytes on disk, at most a minute old; missing where PostgreSQL takes too long to add them up
 * @param commitsPerSecond over the last minute, or since readings began; missing before the second one
 * @param rollbacksPerSecond the same of rollbacks
 * @param cacheHitRatio share of the blocks found in PostgreSQL's buffers in that time, 0 to 1; missing if none was read
 * @param standby whether this server is a standby
 * @param replicas how many standbys and subscribers receive WAL from it
 * @param replicationLag how far it is behind its primary if it is a standby, otherwise how far the slowest replica is
 *     behind; missing without one, and without pg_monitor on a primary
 */
public record DatabaseFigures(
        Optional<Long> sizeBytes,
        Optional<Double> commitsPerSecond,
        Optional<Double> rollbacksPerSecond,
        Optional<Double> cacheHitRatio,
        boolean standby,
        int replicas,
        Optional<Duration> replicationLag) {}
