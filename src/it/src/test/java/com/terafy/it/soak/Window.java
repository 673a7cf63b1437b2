package com.terafy.it.soak;

/**
 * When a fault was there, by the clock that the application reads, too.
 *
 * @param from in milliseconds since 1970
 * @param until operations that begin later must succeed, however the pool does it
 */
record Window(Step step, long from, long until) {

    static Window from(Step step, long from) {
        return new Window(step, from, System.currentTimeMillis());
    }

    /** Whether an operation may have failed by this fault. */
    boolean excuses(Operation operation) {
        return step.fault().isHarmful() && operation.began() <= until && operation.ended() >= from;
    }
}
