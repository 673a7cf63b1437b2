package com.terafy.ra.session;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.QueryExecutor;
import org.postgresql.core.v3.QueryExecutorImpl;

/**
 * Whether a COPY was begun on a connection and neither ended nor cancelled. Until it is, the driver lets everything else
 * on that connection wait, for ever and without a timeout; and it tells nobody but by a private field.
 */
final class CopyLock {

    private static final VarHandle LOCKED_FOR;

    static {
        try {
            LOCKED_FOR = MethodHandles.privateLookupIn(QueryExecutorImpl.class, MethodHandles.lookup())
                    .findVarHandle(QueryExecutorImpl.class, "lockedFor", Object.class);
        } catch (ReflectiveOperationException otherDriver) {
            throw new ExceptionInInitializerError(otherDriver);
        }
    }

    private CopyLock() {}

    static boolean isHeld(BaseConnection connection) {
        QueryExecutor executor = connection.getQueryExecutor();
        return executor instanceof QueryExecutorImpl && LOCKED_FOR.get(executor) != null;
    }
}
