package com.terafy.api;

import java.time.Instant;
import java.util.Optional;

/**
 * Who holds a connection.
 *
 * @param deployment name of the borrowing module, for example {@code practice.war}; empty if it cannot be told
 * @param thread name of the thread that borrowed
 * @param location class and line of the borrower, for example {@code com.example.PatientRepository:42}; empty if it
 *     cannot be told
 * @param since when it was borrowed
 * @param inTransaction whether a transaction is open on it, JTA or local
 * @param stack the borrower's stack, innermost first, one frame a line; only while leak detection is on
 */
public record Borrower(
        Optional<String> deployment,
        String thread,
        Optional<String> location,
        Instant since,
        boolean inTransaction,
        Optional<String> stack) {}
