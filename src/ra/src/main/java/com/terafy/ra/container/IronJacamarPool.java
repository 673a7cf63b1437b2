package com.terafy.ra.container;

import com.terafy.pool.settings.PoolSettings;
import com.terafy.ra.Messages;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ResourceAdapterInternalException;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;

/**
 * IronJacamar's pool, WildFly's. Between making a pool and filling it, WildFly calls {@code createConnectionFactory}:
 * there its configuration is still open. Sub-pools read minimum, maximum and times from one {@code PoolConfiguration}
 * when they are first used; only the semaphore is made with the maximum of the descriptor and is grown or shrunk here.
 */
final class IronJacamarPool implements ContainerPool {

    private static final String PACKAGE = "org.jboss.jca.core.connectionmanager.";

    /** The name of IronJacamar's FlushMode that closes what the adapter says is invalid. */
    private static final String INVALID = "INVALID";

    private final ConnectionManager connectionManager;

    IronJacamarPool(ConnectionManager connectionManager) {
        this.connectionManager = connectionManager;
    }

    static boolean isBehind(ConnectionManager connectionManager) {
        return connectionManager.getClass().getName().startsWith(PACKAGE);
    }

    @Override
    public void configure(PoolSettings settings) throws ResourceException {
        PoolSettings.Size size = settings.size();
        try {
            Object pool = pool();
            Object configuration = call(pool, "getPoolConfiguration");
            int described = (Integer) call(configuration, "getMaxSize");
            set(configuration, "setMinSize", size.min());
            set(configuration, "setMaxSize", size.max());
            set(configuration, "setBlockingTimeout", size.acquireTimeout().toMillis());
            set(configuration, "setValidateOnMatch", false);
            set(configuration, "setIdleTimeoutMinutes", 0);
            doNotTouchIdle(configuration);
            resize((Semaphore) call(pool, "getLock"), described, size.max());
            doNotAskTwice();
            tellStatistics(call(pool, "getInternalStatistics"), size.max());
            flushOfInvalid(pool); // found now, so that a sweep does not fail for want of it
        } catch (ReflectiveOperationException | RuntimeException changed) {
            throw new ResourceAdapterInternalException(
                    Messages.sizeNotApplicable(settings.poolName(), changed.toString()), changed);
        }
    }

    /** Permits are the connections that may be open; none is taken yet. */
    private static void resize(Semaphore permits, int described, int wanted) throws ReflectiveOperationException {
        if (wanted > described) {
            permits.release(wanted - described);
        } else if (wanted < described && !permits.tryAcquire(described - wanted)) {
            throw new IllegalStateException("the pool is in use already");
        }
        setField(permits, "maxSize", wanted);
    }

    /**
     * Two threads of IronJacamar may destroy a connection in a borrower's hands. Its filler puts a new one where a borrower
     * may take it, and only then looks whether there is one too many; an initial size above 0 counts as a wish to prefill. Its
     * validation puts back what it found idle, although a borrower may have been quicker.
     */
    private static void doNotTouchIdle(Object configuration) throws ReflectiveOperationException {
        set(configuration, "setPrefill", false);
        set(configuration, "setInitialSize", 0);
        set(configuration, "setStrictMin", false);
        set(configuration, "setBackgroundValidation", false);
    }

    /**
     * IronJacamar asks once more after a RetryableException, the only one that it does not log with its stack: then a
     * borrower would wait for a permit, and for the server, up to twice its time. The adapter has tried long enough.
     */
    private void doNotAskTwice() throws ReflectiveOperationException {
        setField(connectionManager, "allocationRetry", -1);
    }

    private static void tellStatistics(Object statistics, int max) throws ReflectiveOperationException {
        setField(statistics, "maxPoolSize", max);
    }

    @Override
    public void offerIdle() {
        try {
            flushOfInvalid(pool()).call();
        } catch (Exception changed) {
            throw new IllegalStateException("IronJacamar did not offer its idle connections", changed);
        }
    }

    private Object pool() throws ReflectiveOperationException {
        return call(connectionManager, "getPool");
    }

    private static Object call(Object target, String name) throws ReflectiveOperationException {
        return invoke(target, method(target.getClass(), name));
    }

    private static void set(Object target, String name, Object value) throws ReflectiveOperationException {
        for (Method candidate : target.getClass().getMethods()) {
            if (candidate.getName().equals(name) && candidate.getParameterCount() == 1) {
                candidate.invoke(target, narrowed(candidate.getParameterTypes()[0], value));
                return;
            }
        }
        throw new NoSuchMethodException(target.getClass().getName() + "." + name);
    }

    private static Object narrowed(Class<?> type, Object value) {
        if (value instanceof Number number) {
            return type == long.class ? (Object) number.longValue() : (Object) Math.toIntExact(number.longValue());
        }
        return value;
    }

    /** Its flush of what the adapter says is invalid: it offers all that is idle. */
    private static Callable<?> flushOfInvalid(Object pool) throws NoSuchMethodException {
        for (Method candidate : pool.getClass().getMethods()) {
            if (candidate.getName().equals("flush")
                    && candidate.getParameterCount() == 1
                    && candidate.getParameterTypes()[0].isEnum()) {
                for (Object constant : candidate.getParameterTypes()[0].getEnumConstants()) {
                    if (constant.toString().equals(INVALID)) {
                        return () -> candidate.invoke(pool, constant);
                    }
                }
            }
        }
        throw new NoSuchMethodException(pool.getClass().getName() + ".flush(" + INVALID + ")");
    }

    private static Object invoke(Object target, Method method) throws ReflectiveOperationException {
        try {
            method.setAccessible(true);
            Object result = method.invoke(target);
            return result == null ? "nothing" : result;
        } catch (InvocationTargetException failed) {
            throw new ReflectiveOperationException(method + " failed", failed.getCause());
        }
    }

    private static Method method(Class<?> type, String name) throws NoSuchMethodException {
        for (Class<?> owner = type; owner != null; owner = owner.getSuperclass()) {
            for (Method candidate : owner.getDeclaredMethods()) {
                if (candidate.getName().equals(name) && candidate.getParameterCount() == 0) {
                    return candidate;
                }
            }
        }
        throw new NoSuchMethodException(type.getName() + "." + name);
    }

    private static void setField(Object target, String name, int value) throws ReflectiveOperationException {
        for (Class<?> owner = target.getClass(); owner != null; owner = owner.getSuperclass()) {
            for (Field field : owner.getDeclaredFields()) {
                if (field.getName().equals(name)) {
                    field.setAccessible(true);
                    field.setInt(target, value);
                    return;
                }
            }
        }
        throw new NoSuchFieldException(target.getClass().getName() + "." + name);
    }
}
