package com.terafy.it.switchover;

import java.util.ArrayList;
import java.util.List;

/** What Terafy must reach; the peers may do as they like. */
final class Goals {

    static final long ACQUIRE_MILLIS = 30_000;

    /** A thread of a busy machine is late. */
    private static final long GRACE_MILLIS = 1_000;

    static final int POOL = 10;

    private Goals() {}

    /** What was missed, in words; empty if nothing. */
    static List<String> missed(Event event, Peer peer, int threads, Cell cell) {
        List<String> missed = new ArrayList<>();
        if (!peer.isTerafy()) {
            return missed;
        }
        int allowed = peer == Peer.PLAIN ? allowed(event, threads, cell) : 0;
        if (cell.failed() > allowed) {
            missed.add(cell.failed() + " failed, " + allowed + " may");
        }
        if (cell.longestBorrowMillis() > ACQUIRE_MILLIS + GRACE_MILLIS) {
            missed.add("a borrow of " + cell.longestBorrowMillis() + " ms");
        }
        if (cell.refusedLater() > 0) {
            missed.add(cell.refusedLater() + " writes on a read-only server after its first refusal");
        }
        if (cell.lost() > 0 && event != Event.TAKEN_BACK) { // there the cluster loses them, whatever the pool
            missed.add(cell.lost() + " confirmed rows lost");
        }
        if (cell.twice() > 0) {
            missed.add(cell.twice() + " rows twice");
        }
        if (cell.operations() == 0) {
            missed.add("no operation at all");
        }
        return missed;
    }

    /** Only what was in flight; a server that is frozen takes with it what the pool had open there. */
    private static int allowed(Event event, int threads, Cell cell) {
        return switch (event) {
            case PLANNED -> Math.min(threads, POOL);
            case CRASH, ALL_DOWN -> Math.min(Math.min(threads, POOL), cell.inFlight());
            case FREEZE, TAKEN_BACK -> POOL;
            case RETURN, THAW -> 0;
        };
    }
}
