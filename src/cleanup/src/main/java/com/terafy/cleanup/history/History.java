package com.terafy.cleanup.history;

import com.terafy.api.HistoryCount;
import com.terafy.api.HistoryEntry;
import com.terafy.api.HistoryEvent;
import com.terafy.api.HistoryPage;
import com.terafy.api.HistoryQuery;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * The entries: the last ones in memory, all in the files. Files are written and read by one thread of its own, for which
 * nobody waits who tells something, and who asks waits for a bounded time.
 *
 * <p>Thread-safe.
 */
final class History implements AutoCloseable {

    /** Entries that wait for the disk; beyond that the oldest are not written. */
    static final int MOST_UNWRITTEN = 10_000;

    private static final System.Logger LOG = System.getLogger(History.class.getName());

    /** Who waits for the disk; further ones are answered from memory. */
    private static final int MOST_READERS = 20;

    /** After a failure; who reads has it tried at once. */
    private static final Duration TRIED_AGAIN = Duration.ofSeconds(2);

    private static final Duration PATIENCE_OF_A_READER = Duration.ofSeconds(2);
    private static final Duration PATIENCE_OF_THE_END = Duration.ofSeconds(3);
    private static final Duration THREAD_KEPT = Duration.ofSeconds(10);

    private static final long NANOS = 1_000_000_000L;

    private final String node;
    private final String pool;
    private final Optional<HistoryFiles> files;
    private final InstantSource clock;
    private final String instance = String.format("%08x", new SecureRandom().nextInt());
    private final AtomicInteger told = new AtomicInteger();
    private final Tally tally = new Tally();
    private final RecentEntries recent = new RecentEntries();
    private final Deque<HistoryEntry> unwritten = new ArrayDeque<>(); // guarded by itself
    private final AtomicBoolean writing = new AtomicBoolean(); // a task that writes waits to begin
    private final Semaphore readers = new Semaphore(MOST_READERS);
    private final AtomicLong lost = new AtomicLong();
    private final AtomicBoolean unreadable = new AtomicBoolean();
    private final ScheduledThreadPoolExecutor disk;
    private volatile boolean failing; // written by the one thread

    /**
     * An empty memory over what the files have.
     *
     * @param files empty where there is no place for them
     */
    History(String node, String pool, Optional<HistoryFiles> files, InstantSource clock) {
        this.node = node;
        this.pool = pool;
        this.files = files;
        this.clock = clock;
        disk = new ScheduledThreadPoolExecutor(1, History::thread, new ThreadPoolExecutor.DiscardPolicy());
        disk.setKeepAliveTime(THREAD_KEPT.toMillis(), TimeUnit.MILLISECONDS);
        disk.allowCoreThreadTimeOut(true);
        disk.setRemoveOnCancelPolicy(true); // so that its queue is of those who wait
        disk.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        files.ifPresent(open -> disk.execute(() -> attempt(open, open::prepare)));
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "terafy-history");
        thread.setDaemon(true);
        thread.setContextClassLoader(History.class.getClassLoader());
        return thread;
    }

    /** Keeps what is about the pool whose place this is, and lets it be written. */
    HistoryEntry add(HistoryEvent event) {
        return add(pool, event);
    }

    /** Keeps it and lets it be written. */
    HistoryEntry add(String about, HistoryEvent event) {
        HistoryEntry entry = entry(about, event);
        tally.count(event);
        recent.add(entry);
        if (files.isPresent()) {
            synchronized (unwritten) {
                if (unwritten.size() == MOST_UNWRITTEN) {
                    unwritten.removeFirst();
                    lost.incrementAndGet();
                }
                unwritten.addLast(entry);
            }
            writeIn(Duration.ZERO);
        }
        return entry;
    }

    private HistoryEntry entry(String about, HistoryEvent event) {
        Instant now = clock.instant();
        long nanos = now.getEpochSecond() * NANOS + now.getNano();
        String id = String.format("%016x%s%08x", nanos, instance, told.incrementAndGet());
        return HistoryEntry.of(id, now, node, about, event);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what fails is said by attempt()
    private void writeIn(Duration time) {
        if (writing.compareAndSet(false, true)) {
            disk.schedule(this::writeOrTryAgain, time.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void writeOrTryAgain() {
        writing.set(false);
        if (!writeAll()) {
            writeIn(TRIED_AGAIN);
        }
    }

    private boolean writeAll() {
        List<HistoryEntry> batch = next();
        while (!batch.isEmpty() && write(batch)) {
            batch = next();
        }
        return batch.isEmpty();
    }

    private List<HistoryEntry> next() {
        List<HistoryEntry> batch = new ArrayList<>();
        synchronized (unwritten) {
            while (!unwritten.isEmpty() && batch.size() < HistoryFiles.MOST_AT_A_TIME) {
                batch.add(unwritten.removeFirst());
            }
        }
        return batch;
    }

    private boolean write(List<HistoryEntry> batch) {
        HistoryFiles open = files.orElseThrow();
        boolean written = attempt(open, () -> append(open, batch));
        if (!written) {
            putBack(batch);
        }
        return written;
    }

    private static void append(HistoryFiles open, List<HistoryEntry> batch) throws IOException {
        for (Shelf shelf : Shelf.values()) {
            List<HistoryEntry> entries = batch.stream()
                    .filter(entry -> Shelf.of(entry.kind()) == shelf)
                    .toList();
            if (!entries.isEmpty()) {
                open.append(shelf, entries);
            }
        }
    }

    /** Something that needs the disk. */
    @FunctionalInterface
    private interface DiskWork {
        void run() throws IOException;
    }

    /** Says it when it begins to fail and when it works again; false if it failed. */
    private boolean attempt(HistoryFiles open, DiskWork work) {
        try {
            work.run();
        } catch (IOException | RuntimeException failed) {
            Level level = failing ? Level.DEBUG : Level.WARNING;
            LOG.log(level, HistoryMessages.notWritten(pool, open.directory(), failed), failed);
            failing = true;
            return false;
        }
        if (failing) {
            LOG.log(Level.INFO, HistoryMessages.writtenAgain(pool, open.directory(), lost.getAndSet(0)));
        }
        failing = false;
        return true;
    }

    /** What is written twice for that is one entry all the same: it has one id. */
    private void putBack(List<HistoryEntry> batch) {
        synchronized (unwritten) {
            for (int i = batch.size() - 1; i >= 0; i--) {
                if (unwritten.size() == MOST_UNWRITTEN) {
                    lost.addAndGet(i + 1L);
                    return;
                }
                unwritten.addFirst(batch.get(i));
            }
        }
    }

    /** The newest entries that are wanted. */
    HistoryPage page(HistoryQuery query) {
        int most = query.limit() + 1;
        Optional<List<HistoryEntry>> written = files.flatMap(open -> read(open, query, most));
        Map<String, HistoryEntry> found = new TreeMap<>(Comparator.reverseOrder());
        Stream.concat(written.stream().flatMap(List::stream), recent.matching(query).stream())
                .forEach(entry -> found.put(entry.id(), entry));
        List<HistoryEntry> page = found.values().stream().limit(query.limit()).toList();
        return new HistoryPage(
                written.isPresent() && !failing,
                page,
                found.size() > page.size()
                        ? Optional.of(page.get(page.size() - 1).id())
                        : Optional.empty());
    }

    private Optional<List<HistoryEntry>> read(HistoryFiles open, HistoryQuery query, int most) {
        if (!readers.tryAcquire()) {
            return Optional.empty();
        }
        Future<List<HistoryEntry>> answer = disk.submit(() -> {
            writeAll();
            return open.newest(query, most);
        });
        try {
            List<HistoryEntry> found = answer.get(PATIENCE_OF_A_READER.toMillis(), TimeUnit.MILLISECONDS);
            unreadable.set(false);
            return Optional.of(found);
        } catch (TimeoutException slow) {
            answer.cancel(false);
        } catch (ExecutionException failed) {
            Throwable cause = Optional.ofNullable(failed.getCause()).orElse(failed);
            LOG.log(
                    unreadable.getAndSet(true) ? Level.DEBUG : Level.WARNING,
                    HistoryMessages.notRead(pool, open.directory(), cause),
                    cause);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } finally {
            readers.release();
        }
        return Optional.empty();
    }

    /** How often each thing that can be told was told. */
    List<HistoryCount> counts() {
        return tally.counts();
    }

    /** What was told before is written, if that takes no longer than a moment. */
    @Override
    public void close() {
        disk.execute(this::writeAll);
        disk.shutdown();
        try {
            if (!disk.awaitTermination(PATIENCE_OF_THE_END.toMillis(), TimeUnit.MILLISECONDS)) {
                disk.shutdownNow();
            }
        } catch (InterruptedException stop) {
            disk.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
