package com.terafy.api;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What the backend cleanup decided on one backend, and what came of it. What cannot be seen without a right is empty.
 *
 * @param pid process id
 * @param backendStart {@code pg_stat_activity.backend_start}
 * @param user its role
 * @param applicationName its {@code application_name}, chosen by its client and not escaped; may be empty
 * @param clientAddress where its client is; empty for a Unix socket too
 * @param state {@code pg_stat_activity.state}
 * @param age time since {@code state_change}, by the server's clock
 * @param reason why it is ended or spared
 * @param outcome what came of ending it; empty if that was not tried
 */
public record BackendVerdict(
        int pid,
        Optional<Instant> backendStart,
        Optional<String> user,
        String applicationName,
        Optional<String> clientAddress,
        Optional<String> state,
        Optional<Duration> age,
        CleanupReason reason,
        Optional<TerminationOutcome> outcome) {}
