package com.terafy.pool.hosts;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * How far a replica is behind at most, from looks at what it has received and replayed. What was received at an earlier look
 * and is replayed by now tells that it is no further behind than that look; so an idle primary makes no lag, nor does a long
 * transaction, nor do clocks that differ. From a replica that receives nothing nobody can know, and it counts as behind since
 * it was last seen up to date.
 *
 * <p>For one thread, and for one server.
 */
public final class LagTrace {

    /** Most looks that are remembered; of one that is further behind it is known later. */
    private static final int MOST_MARKS = 100;

    private final ArrayDeque<Mark> marks = new ArrayDeque<>();
    private Optional<Long> currentNanos = Optional.empty();

    /** What had been received at one look. */
    private record Mark(long nanos, long received) {}

    /**
     * One look.
     *
     * @param receives whether it is connected to the server that it follows
     * @param received up to which byte of the log it has received
     * @param replayed up to which byte of the log it has replayed
     * @param sinceLast how long ago the last transaction that it has replayed was committed, by two clocks; empty if there is
     *     none
     */
    public record Replay(boolean receives, long received, long replayed, Optional<Duration> sinceLast) {}

    /** How far it is behind at most, by this look; empty if that is not known. */
    public Optional<Duration> look(long nowNanos, Replay replay) {
        if (replay.receives() && marks.size() < MOST_MARKS) {
            marks.addLast(new Mark(nowNanos, replay.received()));
        }
        while (!marks.isEmpty() && marks.getFirst().received() <= replay.replayed()) {
            currentNanos = Optional.of(marks.removeFirst().nanos());
        }
        return currentNanos.map(current -> Duration.ofNanos(nowNanos - current)).or(replay::sinceLast);
    }
}
