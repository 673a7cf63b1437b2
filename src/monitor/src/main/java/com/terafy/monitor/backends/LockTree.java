package com.terafy.monitor.backends;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Who waits for whom. The roots hold locks and wait for none; where all wait in a ring, one of the ring is made the
 * root. A backend that waits for several stands under each of them.
 */
public final class LockTree {

    /** Deeper ones are cut. */
    public static final int DEEPEST = 20;

    /** More nodes than this are not shown. */
    public static final int MOST_NODES = 500;

    /**
     * One backend of the tree.
     *
     * @param pid process id; 0 is a prepared transaction
     * @param backend what is known of it; missing if it ended meanwhile or is no session of this database
     * @param waitsFor the lock it wants; missing for a root
     * @param blocks those that wait for it
     */
    public record Node(int pid, Optional<Backend> backend, Optional<Lock> waitsFor, List<Node> blocks) {
        public Node {
            blocks = List.copyOf(blocks);
        }
    }

    /** The lock that a backend wants. */
    public record Lock(String type, String mode, Optional<String> relation) {}

    private final Map<Integer, Backend> backends;
    private final Map<Integer, LockWait> waits;
    private final Map<Integer, Set<Integer>> waiters = new HashMap<>();
    private final Set<Integer> shown = new HashSet<>();
    private int nodes;

    private LockTree(List<LockWait> waits, List<Backend> backends) {
        this.backends = backends.stream()
                .collect(Collectors.toMap(Backend::pid, Function.identity(), (first, second) -> first));
        this.waits =
                waits.stream().collect(Collectors.toMap(LockWait::pid, Function.identity(), (first, second) -> first));
        for (LockWait wait : waits) {
            for (int blocker : wait.blockers()) {
                waiters.computeIfAbsent(blocker, pid -> new LinkedHashSet<>()).add(wait.pid());
            }
        }
    }

    /** The roots with what hangs on them. Pure. */
    public static List<Node> of(List<LockWait> waits, List<Backend> backends) {
        return new LockTree(waits, backends).roots();
    }

    private List<Node> roots() {
        List<Node> roots = new ArrayList<>();
        waiters.keySet().stream()
                .filter(pid -> !waits.containsKey(pid))
                .sorted()
                .forEach(pid -> add(roots, pid));
        waits.keySet().stream()
                .sorted()
                .forEach(
                        pid -> { // what is left are rings
                            if (!shown.contains(pid)) {
                                add(roots, pid);
                            }
                        });
        return roots;
    }

    private void add(List<Node> roots, int pid) {
        if (nodes < MOST_NODES) {
            roots.add(node(pid, new LinkedHashSet<>()));
        }
    }

    private Node node(int pid, Set<Integer> path) {
        nodes++;
        shown.add(pid);
        path.add(pid);
        List<Node> blocks = new ArrayList<>();
        for (int waiter : waiters.getOrDefault(pid, Set.of())) {
            if (!path.contains(waiter) && path.size() < DEEPEST && nodes < MOST_NODES) {
                blocks.add(node(waiter, path));
            }
        }
        path.remove(pid);
        return new Node(pid, Optional.ofNullable(backends.get(pid)), lock(pid), blocks);
    }

    private Optional<Lock> lock(int pid) {
        return Optional.ofNullable(waits.get(pid)).map(wait -> new Lock(wait.lockType(), wait.mode(), wait.relation()));
    }
}
