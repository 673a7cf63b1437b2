package com.terafy.cleanup.policy;

import static com.terafy.cleanup.policy.Rows.*;
import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.CleanupReason;
import com.terafy.api.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two to five nodes on simulated clocks, with any legal intervals and limits, and everything that may happen to them: a
 * lease that cannot be had, one that flaps, borrowers that give their connection another name and keep silent for hours,
 * suspended and failing cleanups, restarts of the server, and a server whose clock is put forward and back. More schedules
 * with {@code -Dterafy.schedules=1000000}. Times are milliseconds.
 */
class AbsencePropertyTest {

    private static final int SCHEDULES = Integer.getInteger("terafy.schedules", 20_000);
    private static final long SEED = Long.getLong("terafy.seed", 20261130L);

    private static final long LATEST_TICK = 2_000;
    private static final long DAY = 86_400_000;
    private static final long TENTH = 100;
    private static final long RENEWAL = Lease.INTERVAL.toMillis();

    /** Between two signs of life of a pool without its lease: two renewals may fail. */
    private static final long LATEST_SIGN = 3 * RENEWAL;

    /** What is said may have been made up so long before. */
    private static final long LONGEST_ANSWER = 10_000;

    /** The host of the network is away from the pool for this long at most; the server's clock counts it. */
    private static final long LONGEST_CUT = 60_000;

    /** An orphan is gone after this and one interval, if nobody touches the server's clock. */
    private static final long THREE_MINUTES = 180_000;

    private final Random random = new Random(SEED);
    private long looks;
    private long orphans;
    private long jumps;
    private long renamed;
    private long renamedEnded;

    /** A million takes half an hour. */
    @Test
    @Timeout(value = 3, unit = TimeUnit.HOURS)
    void noFriendIsEndedAndEveryOrphanIs() {
        for (int schedule = 0; schedule < SCHEDULES; schedule++) {
            new Schedule(schedule).play();
        }
        assertThat(orphans).isGreaterThan(SCHEDULES / 5);
        assertThat(jumps).isGreaterThan(SCHEDULES / 4);
        assertThat(renamed).isGreaterThan(SCHEDULES / 4);
        assertThat(renamedEnded).isGreaterThan(SCHEDULES / 50);
        assertThat(looks).isGreaterThan(30L * SCHEDULES);
    }

    /** One pool instance: its lease, a borrowed session that keeps silent, and its own cleanup. */
    private final class Node {

        final int instance;
        final long interval;
        final boolean regular;
        final boolean reporting;
        final long idleLimit;

        /** Its borrower has given it this name, when it was lent. */
        final String name;

        final long lentAt;
        boolean lent;
        boolean lentIsSaid;

        /** Its session was terminated, and took its last sign of life with it. */
        boolean leaseEnded;

        long renewedAt;

        /** Its lease cannot be had: the server is full, or its text is cut. */
        final boolean mute = random.nextInt(4) == 0;

        /** All its sessions have other names by now; it does not have its lease. */
        final boolean alone = mute && random.nextInt(3) == 0;

        Sightings sightings = Sightings.none(Absence.USUAL);
        long nextPass;
        long nextSign = random.nextLong(RENEWAL);
        long died = Long.MAX_VALUE;
        Instant started;
        Instant changed = NOW.minusSeconds(3500); // of the session that is lent or will be
        Instant sign = NOW.minusSeconds(1);
        boolean ended;

        Node(int number, boolean regular) {
            this.instance = number + 1;
            this.started = NOW.minusSeconds(3600 + instance);
            this.regular = regular;
            this.interval = regular ? between(1_000, 30_000) : anyInterval();
            this.reporting = !regular && random.nextInt(5) == 0; // switched off, or ending nothing
            this.idleLimit = random.nextInt(3) == 0 ? 300_000 : 1_000;
            boolean other = random.nextInt(3) == 0;
            this.name = other ? "report" : NAMES.get(instance);
            this.lentAt = random.nextBoolean() ? 0 : between(1, 200_000);
            this.nextPass = random.nextLong(Math.min(interval, 60_000));
            renamed += other ? 1 : 0;
        }

        boolean isDead(long now) {
            return now >= died;
        }

        void show(List<BackendRow> rows) {
            if (!ended) {
                rows.add(row(
                        4711 + instance,
                        lent ? name : NAMES.get(instance),
                        lent ? "idle in transaction" : "idle",
                        changed,
                        Optional.empty()));
            }
            if (!leaseEnded && !alone && (!ended || !isDead(Long.MAX_VALUE - 1))) {
                Optional<Lease> lease = mute
                        ? Optional.empty()
                        : Optional.of(new Lease(
                                0, 10, 1, 1, 0, NOW, "off", lentIsSaid ? List.of(4711 + instance) : List.of(), false));
                String tag = NAMES.get(instance) + (mute ? "" : "/lease");
                rows.add(row(5711 + instance, tag, "idle", sign, lease));
            }
        }

        private BackendRow row(int pid, String application, String state, Instant change, Optional<Lease> lease) {
            return new BackendRow(
                    pid,
                    Optional.of(started.minusMillis(pid)),
                    Optional.of(ROLE),
                    Optional.of(DATABASE),
                    application,
                    Optional.empty(),
                    Optional.of(state),
                    Optional.of(change),
                    Optional.of("client backend"),
                    false,
                    false,
                    lease);
        }
    }

    private final class Schedule {

        final int number;
        final List<Node> nodes = new ArrayList<>();
        final long horizon;
        long restart;
        long jumpAt;

        /** What the server's clock is ahead. */
        long ahead;

        Schedule(int number) {
            this.number = number;
            int count = 2 + random.nextInt(4);
            for (int node = 0; node < count; node++) {
                nodes.add(new Node(node, node == 0));
            }
            nodes.get(count - 1).died = random.nextInt(3) == 0 ? between(1, 200_000) : Long.MAX_VALUE;
            this.restart = random.nextInt(3) == 0 ? between(1, 200_000) : Long.MAX_VALUE;
            this.jumpAt = random.nextInt(3) == 0 ? between(1, 300_000) : Long.MAX_VALUE;
            this.horizon = 200_000 + THREE_MINUTES + 2 * nodes.get(0).interval + LATEST_TICK;
        }

        void play() {
            for (long now = 0; now <= horizon; now = next(now)) {
                if (now >= restart) {
                    restartServer(now);
                }
                if (now >= jumpAt) {
                    jumpAt = Long.MAX_VALUE;
                    jumps++;
                    ahead += between(-DAY, DAY);
                }
                for (Node node : nodes) {
                    turn(node, now);
                }
            }
        }

        private long next(long now) {
            long next = Math.min(horizon + 1, Math.min(restart, jumpAt));
            for (Node node : nodes) {
                next = Math.min(next, node.died > now ? node.died : Long.MAX_VALUE);
                if (!node.isDead(now)) {
                    next = Math.min(next, Math.min(node.nextPass, node.nextSign));
                    next = Math.min(next, node.lent ? Long.MAX_VALUE : node.lentAt);
                }
            }
            return Math.max(now + 1, next);
        }

        private Instant at(long now) {
            return NOW.plusMillis(now + ahead);
        }

        private void turn(Node node, long now) {
            if (node.isDead(now)) {
                if (node.died != Long.MAX_VALUE && now == node.died) {
                    orphans++;
                }
                return;
            }
            if (!node.lent && now >= node.lentAt) {
                node.lent = true;
                node.changed = at(now);
            }
            if (now >= node.nextSign) {
                node.sign = at(now);
                showLife(node, now);
                long underWay = random.nextInt(5) == 0 ? random.nextLong(LONGEST_ANSWER) : 0;
                node.lentIsSaid |= node.lent && node.lentAt <= now - underWay;
                boolean cut = random.nextInt(30) == 0;
                node.leaseEnded = !node.mute && ((cut && random.nextBoolean()) || random.nextInt(100) == 0);
                node.nextSign = now + (cut ? between(RENEWAL, LONGEST_CUT) : between(RENEWAL, LATEST_SIGN));
                if (!node.mute && !cut) {
                    node.nextSign = now + RENEWAL + random.nextLong(RENEWAL);
                }
            }
            if (!node.regular && random.nextInt(20) == 0) { // its server is suspended: no timers, but upkeep
                node.nextPass += between(1, 200_000);
            }
            if (now >= node.nextPass) {
                node.nextPass = now + node.interval + random.nextLong(Math.min(node.interval, LATEST_TICK));
                look(node, now);
            }
            if (random.nextInt(50) == 0) {
                look(node, now); // "Run now"
            }
            assertOrphanIsGone(now);
        }

        /**
         * Without its lease, when that was opened anew, and after a pause: with an idle session where it has one, in the place of the lease's,
         * and with what is lent under another name.
         */
        private void showLife(Node node, long now) {
            boolean unknown = node.lent && node.name.equals("report");
            boolean late = now - node.renewedAt > LATEST_SIGN;
            boolean only = node.alone || node.leaseEnded || late;
            node.renewedAt = now;
            if (only || (node.mute && unknown)) {
                node.changed = at(now);
            }
        }

        /** Every session is new; a live pool is back at once. */
        private void restartServer(long now) {
            restart = Long.MAX_VALUE;
            for (Node node : nodes) {
                if (!node.isDead(now)) {
                    node.started = at(now).plusNanos(node.instance * 1000L);
                    node.changed = at(now);
                    node.sign = at(now);
                } else {
                    node.ended = true; // by the server
                }
            }
        }

        private void look(Node node, long now) {
            looks++;
            if (!node.regular && random.nextInt(20) == 0) {
                node.sightings = Sightings.none(Absence.USUAL); // it failed, by a restart for example
                return;
            }
            List<BackendRow> rows = new ArrayList<>();
            nodes.forEach(other -> other.show(rows));
            Set<Quiet> quiet = Neighbours.quiet(rows, node.instance, Absence.USUAL, at(now));
            node.sightings = node.sightings.after(quiet, TimeUnit.MILLISECONDS.toNanos(now));
            if (node.reporting) {
                return;
            }
            CleanupRules rules = limits(Duration.ofMillis(node.idleLimit), Duration.ofMillis(node.idleLimit));
            Neighbours neighbours = Neighbours.of(rows, node.instance, quiet, node.sightings.lasting(), at(now));
            Set<Backend> own =
                    Set.of(new Backend(4711 + node.instance, node.started.minusMillis(4711 + node.instance)));
            Registry registry =
                    new Registry(5711 + node.instance, ROLE, DATABASE, node.instance, own, neighbours, false);
            for (CleanupPlan.Decision decision :
                    CleanupPlan.of(rows, registry, rules, at(now)).chosen()) {
                end(decision, now);
            }
        }

        private void end(CleanupPlan.Decision decision, long now) {
            int pid = decision.row().pid();
            Node whose = nodes.get(pid - (pid > 5711 ? 5712 : 4712));
            if (!whose.isDead(now)) {
                throw new AssertionError("schedule " + number + " of seed " + SEED + ": at " + now
                        + " ms a friend was ended, instance " + whose.instance + ", " + decision);
            }
            assertThat(decision.reason()).isIn(CleanupReason.ORPHAN, CleanupReason.IDLE_IN_TRANSACTION);
            if (pid < 5711) {
                whose.ended = true;
                renamedEnded += whose.name.equals("report") ? 1 : 0;
            }
        }

        /** One that its borrower renamed waits besides until all others say what they have lent. */
        private void assertOrphanIsGone(long now) {
            Node last = nodes.get(nodes.size() - 1);
            Node regular = nodes.get(0);
            if (last.name.equals("report") || ahead != 0 || !last.isDead(now) || last.ended) {
                return;
            }
            long limit = Math.max(regular.idleLimit, 25_000);
            long changed = Duration.between(NOW, last.changed).toMillis();
            long beyond = Math.max(last.died + THREE_MINUTES, changed + limit);
            if (now > beyond + 2 * (regular.interval + LATEST_TICK)) {
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
}
