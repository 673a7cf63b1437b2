package com.terafy.monitor.backends;

import java.util.List;
import java.util.Optional;

/**
 * A session that waits for a lock.
 *
 * @param pid process id of the waiting backend
 * @param blockers process ids of those it waits for, by pg_blocking_pids; 0 is a prepared transaction
 * @param lockType {@code relation}, {@code transactionid}, {@code tuple}, {@code advisory}, and so on
 * @param mode the mode it wants, for example {@code ShareLock}
 * @param relation the relation in question, where there is one and it can be seen
 */
public record LockWait(int pid, List<Integer> blockers, String lockType, String mode, Optional<String> relation) {

    public LockWait {
        blockers = List.copyOf(blockers);
    }
}
