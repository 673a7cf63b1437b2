package com.terafy.pool.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.ConnectionState;
import com.terafy.api.PoolStatistics;

/** What is true of a ledger that nobody is changing. */
final class LedgerInvariants {

    private LedgerInvariants() {}

    static void check(Ledger ledger, PoolStatistics statistics) {
        assertThat(statistics.total()).isEqualTo(statistics.idle() + statistics.inUse() + statistics.beingCreated());
        assertThat(ledger.usable())
                .as("usable")
                .isEqualTo(Math.toIntExact(ledger.entries().stream()
                        .filter(entry ->
                                entry.state() == ConnectionState.IDLE || entry.state() == ConnectionState.IN_USE)
                        .count()));
        assertThat(ledger.entries()).noneMatch(entry -> entry.state() == ConnectionState.DESTROYED);
        long evicted = statistics.evicted().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        assertThat(statistics.created())
                .as("every connection is usable, was reaped or was evicted, and none twice")
                .isEqualTo(ledger.usable() + statistics.reaped() + evicted);
        assertThat(statistics.useTime().count()).isLessThanOrEqualTo(statistics.borrows());
    }
}
