package com.terafy.cleanup.policy;

import java.time.Instant;

/**
 * One backend for good: pids are reused, the pair is not.
 *
 * @param pid process id
 * @param start {@code pg_stat_activity.backend_start}
 */
public record Backend(int pid, Instant start) {}
