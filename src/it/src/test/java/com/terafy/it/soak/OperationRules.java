package com.terafy.it.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What must hold of every operation: it ends in time, it fails only where a fault was, and what it was told about its
 * row is true. Not thread-safe.
 */
final class OperationRules {

    /** Besides the time that the fault takes: a moment, for a busy machine. */
    private static final Duration LONGEST_BORROW = Duration.ofMillis(Long.getLong("soak.borrow.millis", 3_000));

    private final Violations violations;
    private final FaultTable table = new FaultTable();
    private final List<Window> windows = new ArrayList<>();
    private final Set<Long> committed = new HashSet<>();
    private final Set<Long> absent = new HashSet<>();
    private long operations;
    private long failed;
    private long longestMillis;
    private long longestBorrowMillis;
    private long longestBeyondRecoveryMillis;

    OperationRules(Violations violations) {
        this.violations = violations;
    }

    /** To be called with each fault before the operations that ended after it. */
    void add(Window window) {
        windows.add(window);
        table.add(window);
    }

    void check(List<Operation> ended) {
        ended.forEach(this::check);
    }

    private void check(Operation operation) {
        operations++;
        longestMillis = Math.max(longestMillis, operation.millis());
        longestBorrowMillis = Math.max(longestBorrowMillis, operation.borrowMillis());
        longestBeyondRecoveryMillis = Math.max(longestBeyondRecoveryMillis, beyondRecovery(operation));
        if (beyondRecovery(operation) > LONGEST_BORROW.toMillis()) {
            violations.add("waited " + beyondRecovery(operation) + " ms longer than the recovery: " + operation);
        }
        if (operation.millis() > Scene.LONGEST_OPERATION.toMillis()) {
            violations.add("took " + operation.millis() + " ms: " + operation);
        }
        if (operation.fate().equals("COMMITTED")) {
            committed.add(operation.id());
        } else if (operation.fate().equals("ABSENT")) {
            absent.add(operation.id());
        }
        if (operation.failed()) {
            failed++;
            checkFailure(operation);
        }
        table.add(operation);
    }

    /** For how long it waited for a connection when nothing was in the way of one. */
    private long beyondRecovery(Operation operation) {
        if (operation.borrowed() == 0) {
            return 0;
        }
        long since = windows.stream()
                .filter(window -> window.from() <= operation.borrowed())
                .mapToLong(Window::ready)
                .reduce(operation.began(), Math::max);
        return operation.borrowed() - since;
    }

    /** A wrong state is never excused. */
    private void checkFailure(Operation operation) {
        boolean excused = windows.stream().anyMatch(window -> window.excuses(operation));
        if (!excused || !operation.isDatabaseFailure()) {
            Window last = windows.isEmpty() ? null : windows.get(windows.size() - 1);
            String when =
                    last == null ? "before any fault" : operation.began() - last.until() + " ms after " + last.step();
            violations.add("failed " + when + ": " + operation);
        }
    }

    /** To be called when nothing is under way. */
    void checkLedger(Set<Long> rows) {
        Set<Long> lost = new HashSet<>(committed);
        lost.removeAll(rows);
        if (!lost.isEmpty()) {
            violations.add("acknowledged commits are lost: " + lost);
        }
        Set<Long> undead = new HashSet<>(absent);
        undead.retainAll(rows);
        if (!undead.isEmpty()) {
            violations.add("rows are there that nobody committed: " + undead);
        }
    }

    /** The figures as text, with a table of the faults. */
    String report() {
        return table + "\n" + operations + " operations, " + failed + " failed; " + committed.size() + " commits and "
                + absent.size() + " rollbacks checked; longest borrow " + longestBorrowMillis
                + " ms, beyond the recovery " + longestBeyondRecoveryMillis + " ms, longest operation "
                + longestMillis + " ms";
    }
}
