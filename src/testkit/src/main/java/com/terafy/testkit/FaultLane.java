package com.terafy.testkit;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * One direction of a {@link FaultProxy}: what happens to the bytes of all connections that go this way. Faults add up
 * until {@link #pass()}. Bytes held back are never lost: they wait in the sender's and the proxy's buffers.
 *
 * <p>Thread-safe; a change holds from the next bytes on.
 */
public final class FaultLane {

    private static final long NO_CUT = Long.MAX_VALUE;
    private static final long NO_FREEZE = Long.MAX_VALUE;

    private final Runnable closeHalf;
    private boolean frozen; // guarded by this, as are all below
    private boolean closeHidden;
    private Duration delay = Duration.ZERO;
    private long bytesUntilCut = NO_CUT;
    private long bytesUntilFreeze = NO_FREEZE;
    private long bytes;
    private boolean ended;

    FaultLane(Runnable closeHalf) {
        this.closeHalf = closeHalf;
    }

    /** No fault: what was held back goes on its way, hidden closes are told. */
    public synchronized void pass() {
        frozen = false;
        closeHidden = false;
        delay = Duration.ZERO;
        bytesUntilCut = NO_CUT;
        bytesUntilFreeze = NO_FREEZE;
        notifyAll();
    }

    /** Bytes are accepted (as many as the buffers between take) and not forwarded, nor is a close. */
    public synchronized void freeze() {
        frozen = true;
    }

    /** So many further bytes go on, also where it is frozen, and then it is, in the middle of a message if they say so. */
    public synchronized void freezeAfter(long byteCount) {
        bytesUntilFreeze = byteCount == 0 ? NO_FREEZE : byteCount;
        frozen = byteCount == 0;
        notifyAll();
    }

    /** Each piece of bytes is held for so long before it goes on. */
    public synchronized void delay(Duration time) {
        delay = time;
    }

    /**
     * After so many further bytes the connection that carries them is closed, in the middle of a message if they say
     * so: the receiver gets these bytes and then the end. Happens once; later connections pass.
     */
    public synchronized void cutAfter(long byteCount) {
        bytesUntilCut = byteCount;
    }

    /** When the sender of this direction closes or dies, the receiver is not told: its connection stays open, mute. */
    public synchronized void hideClose() {
        closeHidden = true;
    }

    /** Tells the receivers of all present connections that nothing more comes (FIN); the other direction goes on. */
    public void closeHalf() {
        closeHalf.run();
    }

    /** The bytes that were forwarded so far, of all connections. */
    public synchronized long bytes() {
        return bytes;
    }

    /**
     * How many bytes may go on; for the others another one is asked for.
     *
     * @param cut whether the connection ends after them
     */
    record Admission(int bytes, boolean cut) {}

    /** Waits out a freeze and a delay, then says how many of the bytes may go on. */
    synchronized Admission admit(int length) throws InterruptedException {
        awaitThaw();
        awaitDelay();
        awaitThaw();
        int admitted = (int) Math.min(length, Math.min(bytesUntilCut, bytesUntilFreeze));
        bytes += admitted;
        if (bytesUntilFreeze != NO_FREEZE) {
            bytesUntilFreeze -= admitted;
            if (bytesUntilFreeze == 0) {
                freezeAfter(0);
            }
        }
        if (bytesUntilCut == NO_CUT) {
            return new Admission(admitted, false);
        }
        bytesUntilCut -= admitted;
        boolean cut = bytesUntilCut == 0;
        if (cut) {
            bytesUntilCut = NO_CUT;
        }
        return new Admission(admitted, cut);
    }

    private void awaitDelay() throws InterruptedException {
        long until = System.nanoTime() + delay.toNanos();
        for (long left = delay.toNanos(); left > 0 && !ended; left = until - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    /** Waits until the receiver may be told that the sender has closed. */
    synchronized void awaitCloseVisible() throws InterruptedException {
        while ((closeHidden || frozen) && !ended) {
            wait();
        }
    }

    /** Whether the receiver may not learn now that the sender has closed. */
    synchronized boolean hidesClose() {
        return (closeHidden || frozen) && !ended;
    }

    /** Lets every waiting thread go, for ever. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    private void awaitThaw() throws InterruptedException {
        while (frozen && !ended) {
            wait();
        }
    }
}
