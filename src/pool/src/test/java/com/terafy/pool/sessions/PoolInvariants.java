package com.terafy.pool.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.pool.sessions.PooledSession.State;

/** What is true of a pool whenever nobody is inside one of its methods but to wait. */
final class PoolInvariants {

    private PoolInvariants() {}

    static void check(SessionPool<?, ?> pool, Object own) {
        Books books = pool.books();
        assertThat(books.open())
                .as("open: %s", books)
                .isEqualTo(books.all().size() + books.opening())
                .isNotNegative();
        assertThat(books.ending()).as("ending: %s", books).isEqualTo(count(books, State.ENDING));
        assertThat(books.idle())
                .as("idle: %s", books)
                .doesNotHaveDuplicates()
                .allMatch(session -> session.state() == State.IDLE)
                .hasSize((int) count(books, State.IDLE));
        assertThat(books.usable()).as("usable: %s", books).isEqualTo((int) books.all().stream()
                .filter(session -> session.key().equals(own) && session.state() != State.ENDING)
                .count());
        assertThat(books.opening()).as("opening: %s", books).isNotNegative();
        assertThat(books.waiting()).as("waiting: %s", books).isNotNegative();
    }

    private static long count(Books books, State state) {
        return books.all().stream().filter(session -> session.state() == state).count();
    }
}
