package com.terafy.api;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One connection of a pool at one moment.
 *
 * @param id number of the connection within its pool, from 1, never reused
 * @param state what the pool is doing with it
 * @param backendPid process id of its backend
 * @param backendStart {@code pg_stat_activity.backend_start} of its backend: pids are reused, the pair is not
 * @param serverStart {@code pg_postmaster_start_time} of its server: another server has another one
 * @param created when it was opened
 * @param lastBorrowed when it was last handed out; empty if never
 * @param lastReturned when it last came back; empty if never
 * @param timesBorrowed how often it was handed out
 * @param busy how long it was borrowed, all in all, the current borrow included
 * @param idle how long it has been idle; zero while it is borrowed
 * @param borrower who holds it; empty while it is idle
 */
public record ConnectionInfo(
        long id,
        ConnectionState state,
        int backendPid,
        Instant backendStart,
        Instant serverStart,
        Instant created,
        Optional<Instant> lastBorrowed,
        Optional<Instant> lastReturned,
        long timesBorrowed,
        Duration busy,
        Duration idle,
        Optional<Borrower> borrower) {}
