package com.terafy.it.switchover.inside;

import com.terafy.it.switchover.inside.Ledger.Trace;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Threads of an application that write into the {@link Ledger}, one row after the other. Thread-safe. */
final class Load {

    /** All loads have the same number of operations in a second, whatever their threads. */
    private static final int PAUSE_MILLIS_FOR_EACH_THREAD = 6;

    private final Ledger ledger;
    private final long pauseMillis;
    private final AtomicLong ids;
    private final Queue<Attempt> attempts = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean ended;

    private Load(Ledger ledger, long firstId, int threadCount) {
        this.ledger = ledger;
        this.ids = new AtomicLong(firstId);
        this.pauseMillis = (long) threadCount * PAUSE_MILLIS_FOR_EACH_THREAD;
    }

    static Load begin(Ledger ledger, long firstId, int threadCount) {
        Load load = new Load(ledger, firstId, threadCount);
        for (int i = 0; i < threadCount; i++) {
            Thread thread = new Thread(load::work, "ledger-" + i);
            load.threads.add(thread);
            thread.start();
        }
        return load;
    }

    /** No operation begins any more; does not wait for those under way. */
    void stop() {
        ended = true;
    }

    boolean isOver() {
        return threads.stream().noneMatch(Thread::isAlive);
    }

    List<Attempt> attempts() {
        return List.copyOf(attempts);
    }

    long succeeded() {
        return attempts.stream().filter(attempt -> !attempt.failed()).count();
    }

    private void work() {
        while (!ended) {
            attempts.add(write(ids.getAndIncrement()));
            pause();
        }
    }

    private Attempt write(long id) {
        long began = System.currentTimeMillis();
        Trace trace = new Trace();
        String failure = null;
        try {
            ledger.write(id, trace);
        } catch (SQLException | RuntimeException failed) {
            failure = describe(failed);
        }
        long end = System.currentTimeMillis();
        return new Attempt(
                id, began, trace.borrowed == 0 ? end : trace.borrowed, end, trace.refused, trace.unknown, failure);
    }

    private void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(pauseMillis);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private static String describe(Exception failed) {
        StringBuilder text = new StringBuilder();
        for (Throwable each = failed; each != null && text.length() < 500; each = each.getCause()) {
            String state = each instanceof SQLException sql ? sql.getSQLState() + " " : "";
            text.append(text.isEmpty() ? "" : " < ")
                    .append(each.getClass().getSimpleName())
                    .append(' ')
                    .append(state)
                    .append(String.valueOf(each.getMessage()).replaceAll("\\s+", " "));
        }
        return text.toString();
    }
}
