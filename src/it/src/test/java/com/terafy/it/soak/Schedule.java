package com.terafy.it.soak;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Which fault comes when: follows from the seed alone and has no end. Of any eighteen steps from the first on, each is
 * another fault, so that also a short run has seen them all. Not thread-safe.
 */
final class Schedule {

    private static final List<Integer> THREADS = List.of(1, 4, Scene.THREADS);
    private static final int SHORTEST_QUIET_MILLIS = 300;
    private static final int LONGEST_QUIET_MILLIS = 1_200;
    private static final int SHORTEST_FAULT_MILLIS = 300;
    private static final int LONGEST_FAULT_MILLIS = 3_500;
    private static final int LARGEST_AMOUNT = 4;

    private final Random random;
    private final List<Fault> ahead = new ArrayList<>();
    private int steps;

    Schedule(long seed) {
        this.random = new Random(seed);
    }

    Step next() {
        if (ahead.isEmpty()) {
            ahead.addAll(List.of(Fault.values()));
            Collections.shuffle(ahead, random);
        }
        steps++;
        return new Step(
                steps,
                ahead.remove(ahead.size() - 1),
                THREADS.get(random.nextInt(THREADS.size())),
                between(SHORTEST_QUIET_MILLIS, LONGEST_QUIET_MILLIS),
                between(SHORTEST_FAULT_MILLIS, LONGEST_FAULT_MILLIS),
                between(1, LARGEST_AMOUNT));
    }

    private int between(int least, int most) {
        return least + random.nextInt(most - least + 1);
    }
}
