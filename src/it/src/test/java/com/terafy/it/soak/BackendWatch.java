package com.terafy.it.soak;

import com.terafy.it.PooledBackends;
import com.terafy.testkit.Backend;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Looks at the database all the time: the pool has never more backends than its maximum, not fewer than its minimum
 * where nothing is wrong, and no stranger is missing. A backend that ends and the one that replaces it may be there together, or both
 * not, for a moment; what lasts longer is a violation.
 */
final class BackendWatch implements AutoCloseable {

    private static final Duration MOMENT = Duration.ofMillis(1_500);
    private static final long POLL_MILLIS = 50;

    private final Scene scene;
    private final Strangers strangers;
    private final Violations violations;
    private final Thread thread = new Thread(this::watch, "backend-watch");
    private volatile boolean calm;
    private volatile boolean countable = true;
    private volatile boolean ended;
    private int most;
    private int looks;

    private BackendWatch(Scene scene, Strangers strangers, Violations violations) {
        this.scene = scene;
        this.strangers = strangers;
        this.violations = violations;
    }

    static BackendWatch start(Scene scene, Strangers strangers, Violations violations) {
        BackendWatch watch = new BackendWatch(scene, strangers, violations);
        watch.thread.start();
        return watch;
    }

    /** The pool has recovered from all faults: its minimum counts from now on. */
    void calm() {
        calm = true;
        countable = true;
    }

    /** @param step the fault that begins now */
    void fault(Step step) {
        calm = false;
        // A server that is not told of an end keeps the backend
        countable = step.fault() != Fault.FREEZE_NETWORK && step.fault() != Fault.FREEZE_SERVER;
    }

    private void watch() {
        long outsideSince = 0;
        while (!ended) {
            try {
                outsideSince = look(outsideSince);
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                return;
            } catch (IllegalStateException away) {
                if (calm) {
                    violations.add("the database cannot be asked: " + away.getMessage());
                }
                outsideSince = 0;
            }
        }
    }

    /** Gives since when the number has been wrong; zero if it is not. */
    private long look(long outsideSince) {
        strangers.work();
        List<Backend> all = scene.postgres().backends();
        Set<Integer> missing = strangers.missingIn(all);
        if (!missing.isEmpty()
                && !strangers.missingIn(scene.postgres().backends()).isEmpty()) {
            violations.add("strangers are missing: " + missing);
        }
        int count = PooledBackends.among(all).size();
        looks++;
        most = Math.max(most, count);
        boolean outside = (countable && count > Scene.MAXIMUM) || (calm && count < Scene.MINIMUM);
        if (!outside) {
            return 0;
        }
        long now = System.nanoTime();
        if (outsideSince != 0 && now - outsideSince > MOMENT.toNanos()) {
            violations.add(count + " backends for longer than " + MOMENT);
            return now;
        }
        return outsideSince == 0 ? now : outsideSince;
    }

    /** The figures as text. */
    String report() {
        return looks + " looks at the database, " + most + " backends at most";
    }

    @Override
    public void close() {
        ended = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
