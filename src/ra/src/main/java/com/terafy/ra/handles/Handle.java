package com.terafy.ra.handles;

import java.sql.SQLException;
import java.sql.Wrapper;
import org.jspecify.annotations.Nullable;

/**
 * What all handles have in common: they stand for an object of the driver until they are closed, and know the handles
 * that were opened from them and have to be closed with them.
 *
 * <p>The open handles form a doubly linked list through the handles themselves, so that opening and closing one costs no
 * allocation and no search.
 *
 * <p>Like JDBC objects, handles are used by one thread at a time; but the container may take a connection back at any
 * time, so the list is guarded.
 */
abstract class Handle implements Wrapper {

    /** Guarded by this. */
    private @Nullable Handle firstChild;

    /** Guarded by the parent. */
    private @Nullable Handle next;

    /** Guarded by the parent. */
    private @Nullable Handle previous;

    /** Whether the parent's list holds this handle. Guarded by the parent. */
    private boolean listed;

    /** The driver's object; fails once this handle is closed. */
    abstract Wrapper driver() throws SQLException;

    /** Lets go of the driver's object: from now on this handle is closed. */
    void detach() {}

    /** What a method of a closed handle throws. */
    abstract SQLException closedError();

    /**
     * Tells the owner of the connection about an error of the driver.
     *
     * @return the same error
     */
    abstract SQLException failed(SQLException error);

    /** Tells the owner of the connection that the application gets hold of the driver's object. */
    abstract void touched();

    /**
     * Closes this handle because its parent is closed.
     *
     * @param gently leave alone what would have to wait for another thread
     * @return false if it was left alone
     */
    abstract boolean closeWithParent(boolean gently) throws SQLException;

    /** Adds a handle that has to be closed with this one. */
    final synchronized void adopt(Handle child) {
        Handle first = firstChild;
        child.next = first;
        if (first != null) {
            first.previous = child;
        }
        firstChild = child;
        child.listed = true;
    }

    /** Removes a handle that was closed; harmless if it is not in the list any more. */
    final synchronized void forget(Handle child) {
        if (!child.listed) {
            return;
        }
        Handle before = child.previous;
        Handle after = child.next;
        if (before == null) {
            firstChild = after;
        } else {
            before.next = after;
        }
        if (after != null) {
            after.previous = before;
        }
        child.previous = null;
        child.next = null;
        child.listed = false;
    }

    /** The handle opened last, no longer in the list; null if none is open. */
    final synchronized @Nullable Handle takeChild() {
        Handle child = firstChild;
        if (child != null) {
            forget(child);
        }
        return child;
    }

    /** The handle opened last; null if none is open. */
    final synchronized @Nullable Handle newestChild() {
        return firstChild;
    }

    /**
     * This handle if it is of that type, otherwise the driver's object if that is; which is then out of the adapter's
     * sight, so do not close it or leave its settings changed.
     */
    @Override
    public final <T> T unwrap(Class<T> type) throws SQLException {
        Wrapper driver = driver();
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        touched();
        try {
            return driver.unwrap(type);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public final boolean isWrapperFor(Class<?> type) throws SQLException {
        Wrapper driver = driver();
        if (type.isInstance(this)) {
            return true;
        }
        try {
            return driver.isWrapperFor(type);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** Kind, identity and state; never SQL or data. */
    @Override
    public final String toString() {
        String state = isOpen() ? "open" : "closed";
        return getClass().getSimpleName() + "@" + Integer.toHexString(System.identityHashCode(this)) + "[" + state
                + "]";
    }

    /** Whether this handle still stands for an object of the driver. */
    abstract boolean isOpen();
}
