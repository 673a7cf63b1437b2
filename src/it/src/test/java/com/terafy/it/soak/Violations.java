package com.terafy.it.soak;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What should never have happened. Thread-safe. */
final class Violations {

    private static final int MOST = 20;

    private final List<String> found = new CopyOnWriteArrayList<>();

    void add(String what) {
        if (found.size() < MOST) {
            found.add(what);
            System.out.println("VIOLATION: " + what);
        }
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    List<String> all() {
        return List.copyOf(found);
    }
}
