package com.terafy.ra.driver;

import java.lang.invoke.VarHandle;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.QueryExecutor;
import org.postgresql.core.QueryExecutorBase;
import org.postgresql.core.v3.QueryExecutorImpl;
import org.postgresql.jdbc.ResourceLock;

/**
 * Who keeps others from using a driver's connection: a thread that is in the middle of something, or a COPY that was
 * begun and neither ended nor cancelled. The driver lets everything else wait for it, without a timeout, and tells of it
 * only by fields that are not public.
 */
public final class DriverLock {

    private static final VarHandle LOCKED_FOR = DriverInside.field(QueryExecutorImpl.class, "lockedFor", Object.class);
    private static final VarHandle LOCK = DriverInside.field(QueryExecutorBase.class, "lock", ResourceLock.class);

    private DriverLock() {}

    /** True while a COPY is under way. */
    public static boolean isCopying(BaseConnection connection) {
        QueryExecutor executor = connection.getQueryExecutor();
        return executor instanceof QueryExecutorImpl && LOCKED_FOR.get(executor) != null;
    }

    /** True while another thread reads or writes on the connection. */
    public static boolean isHeldByAnotherThread(BaseConnection connection) {
        QueryExecutor executor = connection.getQueryExecutor();
        if (!(executor instanceof QueryExecutorBase)) {
            return false;
        }
        ResourceLock lock = (ResourceLock) LOCK.get(executor);
        return lock.isLocked() && !lock.isHeldByCurrentThread();
    }
}
