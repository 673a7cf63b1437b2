package com.terafy.pool.hosts;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * How far a replica is behind at most. A mark is how far the primary's log went at some time: once the replica has replayed that,
 * it is no further behind than that time. So an idle primary makes no lag, nor does a long transaction, nor do clocks that differ.
 *
 * <p>Where the primary is not asked, marks are what the replica knows of it: what it has received, or was told of. From one that
 * receives nothing nobody can know, and it counts as behind since it was last seen up to date; at the first look after that what it
 * has received tells nothing yet.
 *
 * <p>For one thread, and for one server.
 */
public final class LagTrace {

    /** Most marks that are remembered; of one that is further behind it is known later. */
    private static final int MOST_MARKS = 100;

    private final ArrayDeque<Mark> marks = new ArrayDeque<>();
    private Optional<Mark> lastOfPrimary = Optional.empty();
    private Optional<Long> currentNanos = Optional.empty();
    private boolean received = true;
    private long lastReplayed;

    /**
     * How far a log went.
     *
     * @param nanos ticker reading from before it was asked
     * @param position in bytes
     */
    public record Mark(long nanos, long position) {}

    /**
     * One look.
     *
     * @param receives whether it is connected to the server that it follows
     * @param received up to which byte of the log it has received, or knows that there is more
     * @param replayed up to which byte of the log it has replayed
     * @param sinceLast how long ago the last transaction that it has replayed was committed, by two clocks; empty if there is
     *     none
     */
    public record Replay(boolean receives, long received, long replayed, Optional<Duration> sinceLast) {}

    /**
     * How far it is behind at most, by this look; empty if that is not known.
     *
     * @param primary the newest mark of the server that it follows; then the answer is as of that mark
     */
    public Optional<Duration> look(long nowNanos, Replay replay, Optional<Mark> primary) {
        if (replay.replayed() < lastReplayed) { // another server, or made anew
            forget();
        }
        lastReplayed = replay.replayed();
        mark(nowNanos, replay, primary);
        while (!marks.isEmpty() && marks.getFirst().position() <= replay.replayed()) {
            currentNanos = Optional.of(marks.removeFirst().nanos());
        }
        long asOf = primary.map(Mark::nanos).orElse(nowNanos);
        return currentNanos
                .map(current -> Duration.ofNanos(Math.max(0, asOf - current)))
                .or(replay::sinceLast);
    }

    private void mark(long nowNanos, Replay replay, Optional<Mark> primary) {
        boolean before = received;
        received = replay.receives();
        if (primary.isPresent() && lastOfPrimary.isEmpty()) { // what was believed without it may be wrong
            forget();
        } else if (primary.isEmpty() && lastOfPrimary.isPresent()) {
            marks.clear();
        }
        Optional<Mark> next = primary.isPresent()
                ? primary.filter(mark -> !lastOfPrimary.equals(primary))
                : Optional.of(new Mark(nowNanos, replay.received())).filter(mark -> before && replay.receives());
        lastOfPrimary = primary;
        if (marks.size() < MOST_MARKS) {
            next.ifPresent(marks::addLast);
        }
    }

    private void forget() {
        marks.clear();
        currentNanos = Optional.empty();
    }
}
