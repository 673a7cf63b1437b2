package com.terafy.it.faults;

import java.util.Comparator;
import java.util.List;

/** What an application saw. */
record Outcome(List<Operation> operations) {

    static Outcome of(List<String> lines) {
        return new Outcome(lines.stream().map(Outcome::operation).toList());
    }

    private static Operation operation(String line) {
        String[] parts = line.split(" ", 4);
        return new Operation(
                Long.parseLong(parts[0]),
                Long.parseLong(parts[1]),
                Long.parseLong(parts[2]),
                parts.length > 3 ? parts[3] : null);
    }

    List<Operation> failures() {
        return operations.stream().filter(Operation::failed).toList();
    }

    /** Those that failed though they began after that moment. */
    List<Operation> failuresBegunAfter(long millis) {
        return failures().stream()
                .filter(operation -> operation.began() > millis)
                .toList();
    }

    long longestBorrowMillis() {
        return operations.stream().mapToLong(Operation::borrowMillis).max().orElse(0);
    }

    long longestMillis() {
        return operations.stream()
                .mapToLong(operation -> operation.ended() - operation.began())
                .max()
                .orElse(0);
    }

    /** How long after that moment the first operation succeeded; -1 if none did. */
    long firstSuccessAfter(long millis) {
        return operations.stream()
                .filter(operation -> !operation.failed() && operation.ended() >= millis)
                .map(Operation::ended)
                .min(Comparator.naturalOrder())
                .map(ended -> ended - millis)
                .orElse(-1L);
    }

    /** How long after that moment the last operation failed; -1 if none did. */
    long lastFailureAfter(long millis) {
        return failures().stream()
                .map(Operation::ended)
                .filter(ended -> ended >= millis)
                .max(Comparator.naturalOrder())
                .map(ended -> ended - millis)
                .orElse(-1L);
    }

    /** Each failure with its times from that moment on. */
    void print(long millis) {
        for (Operation failed : failures()) {
            System.out.println(
                    "  " + (failed.began() - millis) + " to " + (failed.ended() - millis) + " ms: " + failed.failure());
        }
    }

    @Override
    public String toString() {
        return failures().size() + " of " + operations.size() + " failed, longest borrow " + longestBorrowMillis()
                + " ms";
    }
}
