package com.terafy.ra.spi;

import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells which transaction a thread is in: the one that the test has put it into. */
final class FakeRegistry implements TransactionSynchronizationRegistry {

    private static final class Transaction {
        private final Map<Object, Object> resources = new HashMap<>();
        private final List<Synchronization> synchronizations = new ArrayList<>();
        private int status = Status.STATUS_ACTIVE;
    }

    private final ThreadLocal<@Nullable Transaction> current = new ThreadLocal<>();

    /** The thread is in a new transaction from now on. */
    void join() {
        current.set(new Transaction());
    }

    /** The thread is in none. */
    void leave() {
        current.remove();
    }

    void now(int status) {
        transaction().status = status;
    }

    /** As a transaction manager before it commits; true if it may. */
    boolean mayCommit() {
        transaction().synchronizations.forEach(Synchronization::beforeCompletion);
        return transaction().status == Status.STATUS_ACTIVE;
    }

    private Transaction transaction() {
        Transaction here = current.get();
        if (here == null) {
            throw new IllegalStateException("no transaction");
        }
        return here;
    }

    @Override
    public @Nullable Object getTransactionKey() {
        return current.get();
    }

    @Override
    public void putResource(Object key, Object value) {
        transaction().resources.put(key, value);
    }

    @Override
    public @Nullable Object getResource(Object key) {
        return transaction().resources.get(key);
    }

    @Override
    public void registerInterposedSynchronization(Synchronization synchronization) {
        transaction().synchronizations.add(synchronization);
    }

    @Override
    public int getTransactionStatus() {
        Transaction here = current.get();
        return here == null ? Status.STATUS_NO_TRANSACTION : here.status;
    }

    @Override
    public void setRollbackOnly() {
        now(Status.STATUS_MARKED_ROLLBACK);
    }

    @Override
    public boolean getRollbackOnly() {
        return transaction().status == Status.STATUS_MARKED_ROLLBACK;
    }
}
