package com.terafy.it.soak;

import java.util.ArrayList;
import java.util.List;

/** How many classes were loaded whenever the EAR was deployed again. Not thread-safe. */
final class ClassCounts {

    /** Fewer redeployments say nothing. */
    private static final int FEWEST = 6;

    /** Fewer than the EAR and its application have. */
    private static final int CLASSES_OF_A_DEPLOYMENT = 700;

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
     * Whether redeployments leave their classes behind. The server itself loads classes in the first ones, and threads
     * of it remember the last deployment until they see another; so what counts is growth in the second half.
     */
    boolean areLeft() {
        int count = undeployed.size();
        return count >= FEWEST && undeployed.get(count - 1) - undeployed.get(count / 2) > CLASSES_OF_A_DEPLOYMENT;
    }

    @Override
    public String toString() {
        return "classes while deployed " + deployed + ", after undeployment " + undeployed;
    }
}
