package com.terafy.it.soak;

import java.util.ArrayList;
import java.util.List;

/** How many classes were loaded whenever the EAR was deployed again. Not thread-safe. */
final class ClassCounts {

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

    /** Whether the classes of more than one deployment are there after the last undeployment. The first is not counted: the server, too, loads classes. */
    boolean areLeft() {
        if (undeployed.size() < 2) {
            return false;
        }
        int oneDeployment = deployed.get(deployed.size() - 1) - undeployed.get(undeployed.size() - 1);
        return undeployed.get(undeployed.size() - 1) - undeployed.get(0) > oneDeployment;
    }

    @Override
    public String toString() {
        return "classes while deployed " + deployed + ", after undeployment " + undeployed;
    }
}
