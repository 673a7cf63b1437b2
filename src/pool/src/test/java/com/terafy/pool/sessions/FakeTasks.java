package com.terafy.pool.sessions;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Runs tasks at once on the caller's thread, or keeps them until the test lets them run. Time passes by hand. */
final class FakeTasks implements Tasks {

    private record Later(Duration delay, Runnable task) {}

    // Guarded by this:
    private final ArrayDeque<Runnable> held = new ArrayDeque<>();
    private final List<Later> later = new ArrayList<>();
    private boolean holding;

    @Override
    public void run(Runnable task) {
        synchronized (this) {
            if (holding) {
                held.add(task);
                return;
            }
        }
        task.run();
    }

    @Override
    public synchronized void runAfter(Duration delay, Runnable task) {
        later.add(new Later(delay, task));
    }

    /** From now on tasks wait. */
    synchronized void hold() {
        holding = true;
    }

    /** Tasks run at once again, first those that wait. */
    void letGo() {
        synchronized (this) {
            holding = false;
        }
        runHeld();
    }

    synchronized int held() {
        return held.size();
    }

    synchronized boolean isIdle() {
        return held.isEmpty() && later.isEmpty();
    }

    /** Runs the tasks that wait, and those that come of it. */
    void runHeld() {
        for (Runnable next = next(); next != null; next = next()) {
            next.run();
        }
    }

    private synchronized Runnable next() {
        return held.poll();
    }

    /** Runs one of those that wait, the one at that place. */
    void runHeld(int index) {
        Runnable chosen;
        synchronized (this) {
            List<Runnable> all = new ArrayList<>(held);
            chosen = all.remove(index);
            held.clear();
            held.addAll(all);
        }
        chosen.run();
    }

    /** After how long something is to be done. */
    synchronized List<Duration> pauses() {
        return later.stream().map(Later::delay).toList();
    }

    /** All of that time passes. */
    void pass() {
        List<Later> due;
        synchronized (this) {
            due = List.copyOf(later);
            later.clear();
        }
        due.forEach(each -> each.task().run());
    }
}
