package com.terafy.monitor.backends;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LockTreeTest {

    private static LockWait lockWait(int pid, Integer... blockers) {
        return new LockWait(pid, List.of(blockers), "transactionid", "ShareLock", Optional.empty());
    }

    @Test
    void whoWaitsHangsUnderWhomHeWaitsFor() {
        List<LockTree.Node> roots = LockTree.of(List.of(lockWait(2, 1), lockWait(3, 2), lockWait(4, 1)), List.of());
        assertThat(roots).extracting(LockTree.Node::pid).containsExactly(1);
        LockTree.Node root = roots.get(0);
        assertThat(root.waitsFor()).isEmpty();
        assertThat(root.blocks()).extracting(LockTree.Node::pid).containsExactly(2, 4);
        assertThat(root.blocks().get(0).blocks()).extracting(LockTree.Node::pid).containsExactly(3);
        assertThat(root.blocks().get(0).waitsFor()).map(LockTree.Lock::mode).contains("ShareLock");
    }

    @Test
    void aRingIsShownOnce() {
        List<LockTree.Node> roots = LockTree.of(List.of(lockWait(1, 2), lockWait(2, 1)), List.of());
        assertThat(roots).extracting(LockTree.Node::pid).containsExactly(1);
        assertThat(roots.get(0).blocks()).extracting(LockTree.Node::pid).containsExactly(2);
        assertThat(roots.get(0).blocks().get(0).blocks()).isEmpty();
    }

    @Test
    void whateverWaitsForWhateverTheTreeIsBounded() {
        Random random = new Random(3);
        for (int round = 0; round < 200; round++) {
            List<LockWait> waits = new ArrayList<>();
            for (int pid = 1; pid <= 60; pid++) {
                List<Integer> blockers = new ArrayList<>();
                for (int i = random.nextInt(6); i >= 0; i--) {
                    blockers.add(random.nextInt(70));
                }
                waits.add(new LockWait(pid, blockers, "tuple", "ExclusiveLock", Optional.empty()));
            }
            List<LockTree.Node> roots = LockTree.of(waits, List.of());
            assertThat(count(roots, 1)).isBetween(1, LockTree.MOST_NODES);
        }
    }

    private static int count(List<LockTree.Node> nodes, int depth) {
        assertThat(depth).isLessThanOrEqualTo(LockTree.DEEPEST + 1);
        return nodes.stream()
                .mapToInt(node -> 1 + count(node.blocks(), depth + 1))
                .sum();
    }
}
