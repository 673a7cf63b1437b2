package com.terafy.monitor.snapshot;

import com.terafy.api.PoolOperations;
import com.terafy.monitor.backends.PoolView;
import com.terafy.monitor.backends.ServerActivity;
import com.terafy.monitor.backends.TruthGap;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one pool and its database: answers every client from one reading a second at most. Who has it begun
 * waits for it for at most {@link Limits#patience}, and not that long while the database is known to be down; all others
 * hardly wait, so that a silent database keeps one thread of the server and no more. Who has waited gets what is known.
 *
 * <p>Thread-safe. Readings run one at a time on the executor's thread.
 */
public final class Snapshots implements AutoCloseable {

    /**
     * The times of it.
     *
     * @param fresh a snapshot is served for this long, a failure too
     * @param patience longest wait of the client that has a reading begun
     * @param patienceOfOthers longest wait of every other client
     * @param patienceWhileDown longest wait of a client while the last reading failed
     * @param statement longest run of one statement
     * @param answer longest wait of the reading for an answer
     * @param old an older reading is not shown, however long the next takes
     * @param unused the session is closed when nobody has asked for this long
     */
    public record Limits(
            Duration fresh,
            Duration patience,
            Duration patienceOfOthers,
            Duration patienceWhileDown,
            Duration statement,
            Duration answer,
            Duration old,
            Duration unused) {

        /** In use. */
        public static final Limits USUAL = new Limits(
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofMillis(50),
                Duration.ofMillis(200),
                Duration.ofSeconds(2),
                Duration.ofSeconds(3),
                Duration.ofSeconds(10),
                Duration.ofMinutes(1));
    }

    private record Known(Snapshot snapshot, long readAtNanos) {}

    private record Reading(CompletableFuture<Snapshot> result, Instant begun, long begunAtNanos) {}

    /** A reading under way, and whether this client has it begun. */
    private record Ticket(Reading reading, boolean first) {}

    /** An answer that somebody has asked for, and need not wait for yet. */
    @FunctionalInterface
    public interface Pending {

        /**
         * What is known when the answer is there, or the client's patience is over.
         *
         * @param longest longest wait since it was asked for, where that is less than the client's patience
         */
        Snapshot within(Duration longest);
    }

    private final PoolOperations pool;
    private final ExecutorService reader;
    private final LongSupplier ticker;
    private final Limits limits;
    private final ActivitySession session; // used on the reader's thread only
    private volatile @Nullable Known known;
    private volatile long askedAtNanos;
    private volatile boolean open; // whether the session may be open
    private @Nullable Reading reading; // guarded by this

    /**
     * Nothing is read until somebody asks.
     *
     * @param reader one thread, ours alone
     * @param ticker nanoseconds, as of System.nanoTime
     */
    public Snapshots(PoolOperations pool, ExecutorService reader, LongSupplier ticker, Limits limits) {
        this.pool = pool;
        this.reader = reader;
        this.ticker = ticker;
        this.limits = limits;
        this.session = new ActivitySession(limits.statement(), limits.answer(), ticker);
        this.askedAtNanos = ticker.getAsLong();
    }

    /** What is known now, at most {@link Limits#fresh} old while the database answers. */
    public Snapshot current() {
        return ask().within(limits.patience());
    }

    /** Has a reading begun where one is due, so that those of several pools can be waited for at the same time. */
    public Pending ask() {
        long now = ticker.getAsLong();
        askedAtNanos = now;
        Known last = known;
        if (last != null && now - last.readAtNanos() < limits.fresh().toNanos()) {
            return longest -> last.snapshot();
        }
        Ticket ticket = ticket();
        Duration patience = ticket.first() ? patience(last) : patienceOfOthers(ticket.reading());
        return longest -> wait(ticket, now, patience, longest);
    }

    private Snapshot wait(Ticket ticket, long askedAt, Duration patience, Duration longest) {
        Reading next = ticket.reading();
        boolean inFull = patience.compareTo(longest) <= 0;
        long left = (inFull ? patience : longest).toNanos() - (ticker.getAsLong() - askedAt);
        try {
            return next.result().get(Math.max(0, left), TimeUnit.NANOSECONDS);
        } catch (TimeoutException tooLong) {
            return (ticket.first() && inFull) || isSlow(next) ? late(next.begun()) : meanwhile();
        } catch (ExecutionException broken) {
            throw new IllegalStateException("The reading failed", broken.getCause());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return late(next.begun());
        }
    }

    /** The last reading without asking for another; empty if there is none, or it is older than {@link Limits#unused}. */
    public Optional<Snapshot> last() {
        return lastWithin(limits.unused());
    }

    private Optional<Snapshot> lastWithin(Duration age) {
        Known last = known;
        return Optional.ofNullable(last)
                .filter(it -> ticker.getAsLong() - it.readAtNanos() <= age.toNanos())
                .map(Known::snapshot);
    }

    private Duration patience(@Nullable Known last) {
        boolean down = last != null && last.snapshot().database().state() == DatabaseStatus.State.DOWN;
        return down ? limits.patienceWhileDown() : limits.patience();
    }

    private Duration patienceOfOthers(Reading next) {
        return isSlow(next) ? Duration.ZERO : limits.patienceOfOthers();
    }

    private boolean isSlow(Reading next) {
        return ticker.getAsLong() - next.begunAtNanos() >= limits.patience().toNanos();
    }

    /** What is known while the next reading is under way. */
    private Snapshot meanwhile() {
        return shared(status());
    }

    /** What is known while the next reading takes too long. */
    private Snapshot late(Instant begun) {
        return shared(status().late(begun));
    }

    /** The last reading unless it is old, with what it has found then, and the pool as it is now. */
    private Snapshot shared(DatabaseStatus status) {
        Optional<Snapshot> last = lastWithin(limits.old());
        return new Snapshot(
                status,
                view(),
                last.flatMap(Snapshot::activity),
                last.map(Snapshot::gaps).orElse(List.of()));
    }

    private DatabaseStatus status() {
        Known last = known;
        return last == null
                ? DatabaseStatus.unknown(Instant.now())
                : last.snapshot().database();
    }

    private synchronized Ticket ticket() {
        Reading current = reading;
        if (current != null && !current.result().isDone()) {
            return new Ticket(current, false);
        }
        Reading next = new Reading(new CompletableFuture<>(), Instant.now(), ticker.getAsLong());
        reading = next;
        try {
            reader.execute(() -> read(next.result()));
        } catch (RejectedExecutionException closed) {
            next.result().complete(meanwhile()); // the pool has gone since it was looked up
        }
        return new Ticket(next, true);
    }

    private void read(CompletableFuture<Snapshot> result) {
        try {
            Snapshot snapshot = read();
            known = new Known(snapshot, ticker.getAsLong());
            result.complete(snapshot);
        } catch (RuntimeException | Error broken) {
            session.close();
            result.completeExceptionally(broken);
        }
    }

    private Snapshot read() {
        DatabaseStatus status = status();
        PoolView before = view();
        open = true;
        try {
            ServerActivity activity = session.read(pool);
            PoolView after = view();
            List<TruthGap> gaps = TruthGap.of(before, activity, after);
            return new Snapshot(status.answered(Instant.now()), after, Optional.of(activity), gaps);
        } catch (SQLException failed) {
            System.getLogger(Snapshots.class.getName()).log(System.Logger.Level.DEBUG, "No reading", failed);
            return new Snapshot(status.failed(failed, Instant.now()), view(), Optional.empty(), List.of());
        }
    }

    private PoolView view() {
        boolean lasting = !"transaction".equals(pool.settings().get("DB_POOLER"));
        return new PoolView(pool.identity(), pool.connections(), Instant.now(), lasting);
    }

    /** Closes the session if nobody has asked for long; to be called now and then. */
    public void closeIfUnused() {
        if (open && isUnused()) {
            reader.execute(() -> {
                if (isUnused()) {
                    open = false;
                    session.close();
                }
            });
        }
    }

    private boolean isUnused() {
        return ticker.getAsLong() - askedAtNanos > limits.unused().toNanos();
    }

    /** Ends the session on the reader's thread; the reader's owner ends the thread afterwards. */
    @Override
    public void close() {
        reader.execute(session::close);
    }
}
