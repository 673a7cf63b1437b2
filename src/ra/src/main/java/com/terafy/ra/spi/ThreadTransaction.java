package com.terafy.ra.spi;

import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The transaction that the calling thread is in, as the container's registry tells it (Jakarta Connectors 2.1, 6.3.1). The
 * adapter never ends it; it asks which one it is, and whether anything may still be done in it. Thread-safe.
 */
final class ThreadTransaction {

    /** What an operation in a transaction leaves there for whoever asks in vain for a connection later on. */
    private static final Object LOST = new Object();

    /** Keys of transactions that threads may still be in; gone with the transaction. */
    private final Set<Object> endedElsewhere =
            Collections.newSetFromMap(Collections.synchronizedMap(new WeakHashMap<>()));

    /** Null until the adapter is started, and where the container has none. */
    private volatile @Nullable TransactionSynchronizationRegistry registry;

    void isToldBy(@Nullable TransactionSynchronizationRegistry toldBy) {
        registry = toldBy;
    }

    /** Which transaction it is; null where there is none, or where nobody can tell. */
    @Nullable
    Object key() {
        TransactionSynchronizationRegistry told = registry;
        return told == null ? null : told.getTransactionKey();
    }

    /**
     * True if nothing can be done in it any more: it is marked for rollback, or another thread has ended it and this one has
     * not left it. Not in an afterCompletion, where the thread is still in its transaction, too, and may borrow.
     */
    boolean isOver() {
        TransactionSynchronizationRegistry told = registry;
        if (told == null) {
            return false;
        }
        int status = told.getTransactionStatus();
        return status == Status.STATUS_MARKED_ROLLBACK
                || (status != Status.STATUS_ACTIVE
                        && status != Status.STATUS_NO_TRANSACTION
                        && endedElsewhere.contains(told.getTransactionKey()));
    }

    /** It was ended by another thread than the one that is in it. */
    void endedElsewhere(@Nullable Object key) {
        if (key != null) {
            endedElsewhere.add(key);
        }
    }

    /** True if there is one and it has ended, or is about to, however. */
    boolean isEnding() {
        TransactionSynchronizationRegistry told = registry;
        return told != null && told.getTransactionKey() != null && told.getTransactionStatus() != Status.STATUS_ACTIVE;
    }

    /**
     * Before the transaction is committed, it is rolled back instead if that is so. The transaction manager then tells its
     * caller; a resource that refuses to commit is destroyed by the container.
     */
    void rollBackInsteadIf(BooleanSupplier failed) {
        TransactionSynchronizationRegistry told = registry;
        if (told == null || told.getTransactionStatus() != Status.STATUS_ACTIVE) {
            return;
        }
        told.registerInterposedSynchronization(new Synchronization() {
            @Override
            public void beforeCompletion() {
                if (failed.getAsBoolean()) {
                    told.setRollbackOnly();
                }
            }

            @Override
            public void afterCompletion(int status) {
                // Nothing is left to be done.
            }
        });
    }

    /** Its session ended: remembered as long as the transaction. */
    void lostSession(String how) {
        TransactionSynchronizationRegistry told = registry;
        if (told != null && told.getTransactionKey() != null) {
            try {
                told.putResource(LOST, how);
            } catch (IllegalStateException ended) {
                // And so nobody will ask.
            }
        }
    }

    /** How its session ended, if it did. */
    Optional<String> lostSession() {
        TransactionSynchronizationRegistry told = registry;
        return told == null || told.getTransactionKey() == null
                ? Optional.empty()
                : Optional.ofNullable(told.getResource(LOST)).map(Objects::toString);
    }
}
