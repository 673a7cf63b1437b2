package com.terafy.ra.spi;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The handles that are open on one managed connection. There is mostly one, so the first needs no list.
 *
 * <p>Added to by the thread that uses the connection; taken out and read by any.
 */
final class Associations {

    private static final AtomicReferenceFieldUpdater<Associations, @Nullable Association> FIRST =
            AtomicReferenceFieldUpdater.newUpdater(Associations.class, Association.class, "first");

    private volatile @Nullable Association first;
    private final List<Association> others = new CopyOnWriteArrayList<>();

    void add(Association association) {
        if (first == null) {
            first = association;
        } else {
            others.add(association);
        }
    }

    /** False if it was not among them, or another thread took it out. */
    boolean remove(Association association) {
        if (FIRST.compareAndSet(this, association, null)) {
            return true;
        }
        return !others.isEmpty() && others.remove(association);
    }

    /** True if there is one beside this. */
    boolean hasOther(Association association) {
        Association one = first;
        return (one != null && one != association) || others.stream().anyMatch(other -> other != association);
    }

    boolean isEmpty() {
        return first == null && others.isEmpty();
    }

    void clear() {
        first = null;
        if (!others.isEmpty()) {
            others.clear();
        }
    }

    void forEach(Consumer<Association> action) {
        Association one = first;
        if (one != null) {
            action.accept(one);
        }
        if (!others.isEmpty()) {
            others.forEach(action);
        }
    }

    /** Invalidates all; false if a statement of one could not be closed. */
    boolean invalidate() {
        Association one = first;
        boolean all = one == null || one.invalidate();
        if (!others.isEmpty()) {
            for (Association association : others) {
                all &= association.invalidate();
            }
        }
        clear();
        return all;
    }
}
