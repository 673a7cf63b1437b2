package com.terafy.it.soak.inside;

import com.terafy.api.TerafyDataSource;
import jakarta.transaction.UserTransaction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The threads of one start of the application. Thread-safe. */
final class Workers {

    /** Each start and each thread of it have ids of their own. */
    private static final long IDS_OF_THREAD = 10_000_000L;

    private static final int THREADS_OF_EPOCH = 100;

    private final List<Thread> threads = new ArrayList<>();
    private final Journal journal;
    private volatile int active;
    private volatile boolean stopping;

    private Workers(Journal journal, int active) {
        this.journal = journal;
        this.active = active;
    }

    static Workers start(
            TerafyDataSource database,
            UserTransaction transaction,
            Path journalFile,
            Picture fresh,
            long seed,
            int epoch,
            int count) {
        Workers workers = new Workers(new Journal(journalFile), count);
        Actions actions = new Actions(database, transaction, fresh);
        for (int i = 0; i < count; i++) {
            int number = i;
            Worker worker = new Worker(
                    number,
                    (epoch * THREADS_OF_EPOCH + number) * IDS_OF_THREAD,
                    new TaskSequence(seed, epoch, number),
                    database,
                    actions,
                    workers.journal,
                    () -> number < workers.active,
                    () -> workers.stopping);
            workers.threads.add(new Thread(worker, "soak-" + epoch + "-" + number));
        }
        workers.threads.forEach(Thread::start);
        return workers;
    }

    /** So many threads work from now on, the others rest. */
    void activate(int count) {
        active = count;
    }

    /** Returns when all have ended what they were doing. */
    void stop() {
        stopping = true;
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        journal.close();
    }
}
