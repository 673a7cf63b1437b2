package com.terafy.it.faults;

import com.terafy.it.Awaiting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Prints a table of what an application sees of each {@link PeerFault} through each {@link Peer}: {@code mvn -B -Pfaults
 * verify}. Not part of the tests: the peers may do as they like.
 */
public final class PeerFaults {

    static final int POOL = 10;

    private static final int OPERATIONS = 200;
    private static final int LATER_OPERATIONS = 40;
    private static final long FAULT_MILLIS = 3_000;
    private static final long AFTERWARDS_MILLIS = 3_000;
    private static final long LATER_MILLIS = 1_000;
    private static final Duration DELAY = Duration.ofMillis(50);
    private static final int BYTES_BEFORE_THE_CUT = 12;

    private final PeerStage stage;

    private PeerFaults(PeerStage stage) {
        this.stage = stage;
    }

    /** The arguments: the installation of WildFly with the peers, a directory for the server, terafy.ear. */
    public static void main(String[] arguments) {
        try (PeerStage stage = new PeerStage(Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2]))) {
            System.out.println(new PeerFaults(stage).table());
        }
    }

    private String table() {
        StringBuilder text = new StringBuilder("| |");
        for (Peer peer : Peer.values()) {
            text.append(' ').append(peer.title()).append(" |");
        }
        text.append("\n|").append(" --- |".repeat(Peer.values().length + 1)).append('\n');
        for (PeerFault fault : PeerFault.values()) {
            text.append("| ").append(fault.title()).append(" |");
            for (Peer peer : Peer.values()) {
                String cell = cell(fault, peer);
                System.out.println(peer + ", " + fault + ": " + cell);
                text.append(' ').append(cell).append(" |");
            }
            text.append('\n');
        }
        return text.toString();
    }

    private String cell(PeerFault fault, Peer peer) {
        try {
            stage.fill(peer);
            return fault.isUnderLoad() ? underLoad(fault, peer) : afterwards(fault, peer);
        } catch (RuntimeException stuck) {
            System.out.println(peer + ", " + fault + ": " + stuck);
            return "hangs";
        } finally {
            stage.postgres().thaw();
            stage.network().pass();
            stage.notFull();
        }
    }

    /** Failed of those that begin at once, and of those a second later. */
    private String afterwards(PeerFault fault, Peer peer) {
        happen(fault, peer);
        Outcome atOnce = Outcome.of(stage.ask("operate", peer, OPERATIONS));
        pass(LATER_MILLIS);
        Outcome later = Outcome.of(stage.ask("operate", peer, LATER_OPERATIONS));
        return atOnce.failures().size() + " of " + OPERATIONS
                + (later.failures().isEmpty()
                        ? ""
                        : ", later " + later.failures().size() + " of " + LATER_OPERATIONS);
    }

    /** Failed of all, the first success after the fault, the longest operation. */
    private String underLoad(PeerFault fault, Peer peer) {
        stage.ask("start", peer, 4);
        Awaiting.until(
                "the load to be under way",
                () -> Integer.parseInt(stage.ask("count", peer, 0).get(0)) > 100);
        happen(fault, peer);
        long ready = System.currentTimeMillis();
        pass(AFTERWARDS_MILLIS);
        Outcome outcome = Outcome.of(stage.ask("stop", peer, 0));
        long success = outcome.firstSuccessAfter(ready);
        long failure = outcome.lastFailureAfter(ready);
        return outcome.failures().size() + " of " + outcome.operations().size()
                + (success < 0 ? "; never" : "; " + success + " ms")
                + (success >= 0 && failure > AFTERWARDS_MILLIS / 2 ? ", fails on" : "")
                + "; " + String.format("%.1f s", outcome.longestMillis() / 1000.0);
    }

    private void happen(PeerFault fault, Peer peer) {
        switch (fault) {
            case TERMINATED -> stage.terminateAll();
            case CRASHED, CRASH -> stage.crash(peer);
            case RESET -> stage.network().reset();
            case CLOSED -> stage.network().toClient().closeHalf();
            case RESTART -> stage.postgres().restartFast();
            case DOWN -> {
                stage.postgres().stopFast();
                pass(FAULT_MILLIS);
                stage.postgres().start();
            }
            case CUT -> stage.network().toClient().cutAfter(BYTES_BEFORE_THE_CUT);
            case FROZEN -> {
                stage.postgres().freeze();
                pass(FAULT_MILLIS);
                stage.postgres().thaw();
            }
            case SILENT -> {
                stage.network().freeze();
                pass(FAULT_MILLIS);
                stage.network().pass();
            }
            case REFUSED -> {
                stage.network().refuse();
                stage.network().reset();
                pass(FAULT_MILLIS);
                stage.network().pass();
            }
            case FULL -> {
                stage.full();
                stage.terminateAll();
                pass(FAULT_MILLIS);
                stage.notFull();
            }
            case SLOW -> {
                stage.network().toServer().delay(DELAY);
                stage.network().toClient().delay(DELAY);
                pass(FAULT_MILLIS);
                stage.network().pass();
            }
        }
    }

    private static void pass(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
