package com.terafy.api;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The backend that an entry of the history is about; never what it was running.
 *
 * @param pid process id
 * @param backendStart {@code pg_stat_activity.backend_start}; empty where the role may not see it
 * @param user its role
 * @param applicationName its {@code application_name}, not escaped; empty if no such backend was found or looked for
 * @param clientAddress where its client is; empty for a Unix socket too
 * @param state {@code pg_stat_activity.state}
 * @param age time since {@code state_change}, when it was decided
 */
public record HistoryTarget(
        int pid,
        Optional<Instant> backendStart,
        Optional<String> user,
        Optional<String> applicationName,
        Optional<String> clientAddress,
        Optional<String> state,
        Optional<Duration> age) {

    /** A backend of which no more is known than what it was asked for by. */
    public static HistoryTarget named(int pid, Instant backendStart) {
        return new HistoryTarget(
                pid,
                Optional.of(backendStart),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
