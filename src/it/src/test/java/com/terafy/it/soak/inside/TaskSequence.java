package com.terafy.it.soak.inside;

import java.util.Random;

/** What a thread does, one task after the other: follows from the seed alone. Not thread-safe. */
final class TaskSequence {

    private static final Action[] ACTIONS = Action.values();
    private static final int AMOUNTS = 100;

    private final Random random;

    /** @param epoch how often the application was started before */
    TaskSequence(long seed, int epoch, int thread) {
        this.random = new Random(31 * (31 * seed + epoch) + thread);
    }

    Task next() {
        return new Task(ACTIONS[random.nextInt(ACTIONS.length)], random.nextInt(AMOUNTS));
    }
}
