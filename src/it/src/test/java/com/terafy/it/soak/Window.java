package com.terafy.it.soak;

/**
 * When a fault was there, by the clock that the application reads, too.
 *
 * @param from in milliseconds since 1970
 * @param until operations that begin later must succeed, if need be by waiting
 * @param ready from when on nothing is in the way of an operation
 */
record Window(Step step, long from, long until, long ready) {

    /** Over now. */
    static Window from(Step step, long from) {
        long now = System.currentTimeMillis();
        return new Window(step, from, now, now);
    }

    Window readyNow() {
        return new Window(step, from, until, System.currentTimeMillis());
    }

    /** Whether an operation may have failed by this fault. */
    boolean excuses(Operation operation) {
        return step.fault().isHarmful() && operation.began() <= until && operation.ended() >= from;
    }
}
