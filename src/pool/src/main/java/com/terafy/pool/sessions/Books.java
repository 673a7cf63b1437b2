package com.terafy.pool.sessions;

import java.util.List;

/**
 * What the pool counts, and what it counts it of, at one moment.
 *
 * @param open sessions that are open, being opened or being closed
 * @param opening of these, those being opened
 * @param ending of these, those being closed
 * @param waiting borrowers that hold a permit and have no session yet
 * @param asleep of these, those that wait to be woken
 * @param usable sessions by the own key that are open and not being closed
 * @param keys that are remembered
 * @param permits that are free; negative after the maximum was lowered below what is lent
 * @param queued borrowers that wait for a permit, about
 * @param idle the one used last first
 * @param all that are not closed yet, the oldest first
 */
record Books(
        int open,
        int opening,
        int ending,
        int waiting,
        int asleep,
        int usable,
        int keys,
        int permits,
        int queued,
        List<PooledSession<?, ?>> idle,
        List<PooledSession<?, ?>> all) {}
