package com.terafy.cleanup.policy;

import static com.terafy.cleanup.policy.Rows.*;
import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.CleanupReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Two to five nodes on a simulated clock, with any legal intervals, and everything that may happen to them; more
 * schedules with {@code -Dterafy.schedules=1000000}. Times are milliseconds of the server.
 */
class SightingsPropertyTest {

    private static final int SCHEDULES = Integer.getInteger("terafy.schedules", 100_000);
    private static final long SEED = Long.getLong("terafy.seed", 20261130L);

    private static final long RENEWAL = 30_000;
    private static final long LATEST_TICK = 2_000;
    private static final long DAY = 86_400_000;
    private static final long TENTH = 100;

    /** What a live pool may be without its lease. */
    private static final long LONGEST_LOSS = 59_999;

    /** An orphan is gone after this and one interval. */
    private static final long THREE_MINUTES = 180_000;

    private final Random random = new Random(SEED);
    private long looks;
    private long losses;
    private long orphans;

    @Test
    void noFriendIsEndedAndEveryOrphanIs() {
        for (int schedule = 0; schedule < SCHEDULES; schedule++) {
            new Schedule(schedule).play();
        }
        assertThat(orphans).isGreaterThan(SCHEDULES / 5);
        assertThat(losses).isGreaterThan(5L * SCHEDULES);
        assertThat(looks).isGreaterThan(50L * SCHEDULES);
    }

    /** One pool instance: its lease, its backend, and its own cleanup. */
    private final class Node {

        final int instance;
        final long interval;
        final boolean regular;
        final boolean reporting;
        final long idleLimit;

        /** A pool whose backends show signs of life may hold its lease for moments only. */
        final boolean flapping = random.nextInt(4) == 0;

        Sightings sightings = Sightings.USUAL;
        long nextPass;
        long nextLook;
        long nextTurn = random.nextInt(120_000);
        boolean leased = true;
        long died = Long.MAX_VALUE;
        long started = -3_600_000;
        long changed = -3_500_000;
        boolean ended;

        Node(int number, boolean regular) {
            this.instance = number + 1;
            this.regular = regular;
            this.interval = regular ? between(1_000, 90_000) : anyInterval();
            this.reporting = !regular && random.nextInt(5) == 0; // switched off, or ending nothing
            this.idleLimit = random.nextInt(3) == 0 ? 300_000 : 1_000;
            this.nextPass = random.nextLong(Math.min(interval, 60_000));
            this.nextLook = random.nextLong(RENEWAL);
        }

        boolean isDead(long now) {
            return now >= died;
        }

        BackendRow row() {
            return new BackendRow(
                    4711 + instance,
                    Optional.of(at(started)),
                    Optional.of(ROLE),
                    Optional.of(DATABASE),
                    NAMES.get(instance),
                    Optional.empty(),
                    Optional.of("idle in transaction"),
                    Optional.of(at(changed)),
                    Optional.of("client backend"),
                    false,
                    false);
        }

        void turn(long now) {
            if (leased) {
                leased = false;
                losses++;
                nextTurn = now + between(1, LONGEST_LOSS);
            } else {
                leased = true;
                nextTurn = now + (flapping ? between(1, 90_000) : between(45_001, 300_000));
                if (flapping) {
                    changed = now; // the pool has found that it was cut off, and says something
                }
            }
        }
    }

    private final class Schedule {

        final int number;
        final List<Node> nodes = new ArrayList<>();
        final long horizon;
        long restart;

        Schedule(int number) {
            this.number = number;
            int count = 2 + random.nextInt(4);
            for (int node = 0; node < count; node++) {
                nodes.add(new Node(node, node == 0));
            }
            nodes.get(count - 1).died = random.nextInt(3) == 0 ? between(1, 200_000) : Long.MAX_VALUE;
            this.restart = random.nextInt(3) == 0 ? between(1, 200_000) : Long.MAX_VALUE;
            this.horizon = 200_000 + THREE_MINUTES + nodes.get(0).interval + LATEST_TICK;
        }

        void play() {
            long now = 0;
            while (now < horizon) {
                now = step(now);
            }
        }

        /** The next thing that happens; the time of it. */
        private long step(long now) {
            long next = restart;
            for (Node node : nodes) {
                long own = node.isDead(now)
                        ? Long.MAX_VALUE
                        : Math.min(Math.min(node.nextPass, node.nextLook), Math.min(node.nextTurn, node.died));
                next = Math.min(next, own);
            }
            if (next > horizon) {
                return horizon;
            }
            if (next == restart) {
                restartServer(next);
                return next;
            }
            for (Node node : nodes) {
                if (!node.isDead(now)) {
                    happen(node, next);
                }
            }
            return next;
        }

        private void happen(Node node, long now) {
            if (now >= node.died) {
                node.leased = false;
                orphans++;
                return;
            }
            if (now >= node.nextTurn) {
                node.turn(now);
            }
            if (!node.regular && random.nextInt(20) == 0) { // its server is suspended
                long pause = between(1, 200_000);
                node.nextLook += pause;
                node.nextPass += pause;
            }
            if (now >= node.nextLook) {
                node.nextLook = now + RENEWAL;
                look(node, now, false);
            }
            if (now >= node.nextPass) {
                node.nextPass = now + node.interval + random.nextLong(Math.min(node.interval, LATEST_TICK));
                look(node, now, true);
            }
            if (random.nextInt(50) == 0) {
                look(node, now, true); // "Run now"
            }
            assertOrphanIsGone(now);
        }

        /** Every session is new; a live pool is back at once, its lease with its next renewal. */
        private void restartServer(long now) {
            restart = Long.MAX_VALUE;
            for (Node node : nodes) {
                if (!node.isDead(now)) {
                    node.started = now;
                    node.changed = now;
                    node.leased = false;
                    node.nextTurn = now + between(1, LONGEST_LOSS);
                } else if (!node.ended) {
                    node.ended = true; // by the server
                }
            }
        }

        private void look(Node node, long now, boolean pass) {
            looks++;
            if (!node.regular && random.nextInt(20) == 0) {
                node.sightings = node.sightings.forgotten(); // it failed, by a restart for example
                return;
            }
            List<BackendRow> rows = new ArrayList<>();
            Set<Integer> leased = new HashSet<>();
            for (Node other : nodes) {
                if (!other.ended) {
                    rows.add(other.row());
                }
                if (other.leased) {
                    leased.add(other.instance);
                }
            }
            node.sightings = node.sightings.after(rows, leased, at(now));
            boolean skipped = !node.regular && random.nextInt(4) == 0; // another node has the lock of the pass
            if (!pass || skipped || node.reporting) {
                return;
            }
            CleanupRules rules = limits(Duration.ofMillis(node.idleLimit), Duration.ofMillis(node.idleLimit));
            Registry registry =
                    new Registry(OWN_PID, ROLE, DATABASE, node.instance, Set.of(), leased, node.sightings.gone());
            for (CleanupPlan.Decision decision :
                    CleanupPlan.of(rows, registry, rules, at(now)).chosen()) {
                end(decision, now);
            }
        }

        private void end(CleanupPlan.Decision decision, long now) {
            Node whose = nodes.get(decision.row().pid() - 4712);
            if (!whose.isDead(now)) {
                throw new AssertionError("schedule " + number + " of seed " + SEED + ": at " + now
                        + " ms a friend was ended, instance " + whose.instance);
            }
            assertThat(decision.reason()).isEqualTo(CleanupReason.ORPHAN);
            whose.ended = true;
        }

        private void assertOrphanIsGone(long now) {
            Node last = nodes.get(nodes.size() - 1);
            Node regular = nodes.get(0);
            long beyond = Math.max(last.died + THREE_MINUTES, last.changed + Math.max(regular.idleLimit, 90_000));
            if (last.isDead(now) && !last.ended && now > beyond + regular.interval + LATEST_TICK) {
                throw new AssertionError("schedule " + number + " of seed " + SEED + ": instance " + last.instance
                        + " died at " + last.died + " ms and its orphan is there at " + now + " ms");
            }
        }
    }

    private static final List<String> NAMES = List.of(tag(0), tag(1), tag(2), tag(3), tag(4), tag(5));

    /** From 100 ms to 24 h, each order of magnitude as often; the shortest ones rarely, as they are long to play. */
    private long anyInterval() {
        double shortest = random.nextInt(200) == 0 ? TENTH : 5_000;
        return Math.min(DAY, (long) (shortest * Math.pow(DAY / shortest, random.nextDouble())));
    }

    private long between(long least, long most) {
        return least + random.nextLong(most - least + 1);
    }

    private static Instant at(long millis) {
        return NOW.plusMillis(millis);
    }
}
