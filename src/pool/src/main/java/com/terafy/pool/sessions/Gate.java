package com.terafy.pool.sessions;

import java.util.concurrent.Semaphore;

/**
 * Lets as many borrowers in at a time as there may be sessions; the others wait here, unfairly, since fairness makes a
 * convoy of them.
 */
final class Gate extends Semaphore {

    private static final long serialVersionUID = 1L;

    Gate(int permits) {
        super(permits);
    }

    void widen(int by) {
        if (by > 0) {
            release(by);
        } else {
            reducePermits(-by);
        }
    }
}
