package com.terafy.api;

/**
 * How often something was told since the deployment.
 *
 * @param count at least 0
 */
public record HistoryCount(HistoryKind kind, HistoryOutcome outcome, long count) {}
