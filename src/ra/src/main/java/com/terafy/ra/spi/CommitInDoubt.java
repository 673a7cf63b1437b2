package com.terafy.ra.spi;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.LocalTransactionException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * COMMIT was sent, and the server has not answered. WildFly's connection manager takes each exception for a rollback, and its
 * caller is told so, who would do again what may be done already; but for one class of its own, which it shows to adapters, and
 * by which it tells the transaction manager that the resource has failed: the outcome is a heuristic one then.
 */
final class CommitInDoubt {

    private static final String FAILED_RESOURCE = "org.jboss.jca.core.spi.transaction.local.LocalResourceException";

    /** Null where there is another connection manager. */
    private static final @Nullable MethodHandle WILDFLYS = find();

    private CommitInDoubt() {}

    private static @Nullable MethodHandle find() {
        try {
            Class<?> type = Class.forName(FAILED_RESOURCE, true, CommitInDoubt.class.getClassLoader());
            return MethodHandles.publicLookup()
                    .findConstructor(type, MethodType.methodType(void.class, String.class, Throwable.class))
                    .asType(MethodType.methodType(ResourceException.class, String.class, Throwable.class));
        } catch (ReflectiveOperationException | LinkageError elsewhere) {
            return null;
        }
    }

    /** What the container is to be told. */
    static ResourceException exception(String message, SQLException cause) {
        MethodHandle wildflys = WILDFLYS;
        if (wildflys != null) {
            try {
                return (ResourceException) wildflys.invokeExact(message, (Throwable) cause);
            } catch (Throwable unexpected) {
                cause.addSuppressed(unexpected);
            }
        }
        return new LocalTransactionException(message, cause);
    }
}
