package com.terafy.it.soak;

import com.terafy.it.Awaiting;
import com.terafy.it.Management;
import com.terafy.it.ServerLog;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** One run: an application works, faults happen one after the other, and what must hold is checked all the time. */
final class Soak {

    private final long seed;
    private final Duration length;
    private final Violations violations = new Violations();
    private final OperationRules rules = new OperationRules(violations);

    Soak(long seed, Duration length) {
        this.seed = seed;
        this.length = length;
    }

    /** Runs until the time is over or something is wrong; gives what is wrong. */
    List<String> run() {
        System.out.println("soak.seed=" + seed + ", " + length);
        ServerLog log = ServerLog.ofServer().mark();
        Set<String> threads;
        try (Management management = Management.ofServer()) {
            threads = new HashSet<>(management.threads());
        }
        try (Scene scene = Scene.open(seed)) {
            JournalReader journal = new JournalReader(scene.journal());
            Aftermath aftermath = new Aftermath(scene, threads);
            try (Strangers strangers = new Strangers(scene.postgres());
                    BackendWatch watch = BackendWatch.start(scene, strangers, violations)) {
                steps(scene, new Faults(scene, strangers), journal, watch);
                scene.tell("stop", 0);
                rules.check(journal.take());
                rules.checkLedger(aftermath.rows());
                aftermath.requireRest();
                System.out.println(watch.report());
            }
            aftermath.requireNothing();
            System.out.println(scene.classes());
            if (scene.classes().areLeft()) {
                violations.add(scene.classes().toString());
            }
        } catch (RuntimeException failed) {
            failed.printStackTrace(System.out);
            violations.add(failed.toString());
        }
        System.out.println(rules.report());
        System.out.println("ended by the backend cleanup: "
                + log.messages("TERAFY0420").size() + "; log of the container: " + log.containerLines());
        return violations.all();
    }

    private void steps(Scene scene, Faults faults, JournalReader journal, BackendWatch watch) {
        Schedule schedule = new Schedule(seed);
        awaitRecovery(scene, journal, System.currentTimeMillis());
        long end = System.nanoTime() + length.toNanos();
        while (System.nanoTime() < end && violations.isEmpty()) {
            Step step = schedule.next();
            System.out.println(step);
            watch.calm();
            scene.tell("activate", step.threads());
            pass(step.quietMillis());
            watch.fault(step);
            Window window = faults.happen(step);
            rules.add(window);
            awaitRecovery(scene, journal, window.until());
        }
    }

    /** An operation has succeeded that began after that moment, and the pool has its minimum. */
    private void awaitRecovery(Scene scene, JournalReader journal, long moment) {
        Awaiting.until("an operation to succeed and the pool to have its minimum", () -> {
            List<Operation> ended = journal.take();
            rules.check(ended);
            requireProgress(journal);
            succeeded |= ended.stream().anyMatch(operation -> !operation.failed() && operation.began() > moment);
            return succeeded && scene.pooled().size() >= Scene.MINIMUM;
        });
        succeeded = false;
    }

    private boolean succeeded;

    private void requireProgress(JournalReader journal) {
        long waits = System.currentTimeMillis() - journal.oldestUnderWay();
        if (waits > Scene.LONGEST_OPERATION.toMillis()) {
            throw new IllegalStateException("an operation has been under way for " + waits + " ms");
        }
    }

    private static void pass(int millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
