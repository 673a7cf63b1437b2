package com.terafy.it.soak;

import java.util.ArrayList;
import java.util.List;

/** How many classes were loaded whenever the EAR was deployed again. Not thread-safe. */
final class ClassCounts {

    /** Fewer redeployments say nothing. */
    private static final int FEWEST = 6;

    /** A little fewer than two deployments have, and more than one. */
    private static final int MOST_REMEMBERED = 1_700;

    private final List<Integer> deployed = new ArrayList<>();
    private final List<Integer> undeployed = new ArrayList<>();

    /** Just before an undeployment. */
    void deployed(int count) {
        deployed.add(count);
    }

    /** Just after it. */
    void undeployed(int count) {
        undeployed.add(count);
    }

    /**
     * Whether redeployments leave their classes behind. The server itself loads classes in the first ones, and a thread of
     * it may remember a deployment until it sees another; so what counts is growth in the second half by more than one.
     */
    boolean areLeft() {
        int count = undeployed.size();
        return count >= FEWEST && undeployed.get(count - 1) - undeployed.get(count / 2) > MOST_REMEMBERED;
    }

    @Override
    public String toString() {
        return "classes while deployed " + deployed + ", after undeployment " + undeployed;
    }
}
