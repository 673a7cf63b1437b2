package com.terafy.ra.driver;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Finds the fields of the driver that are not public. */
final class DriverInside {

    private DriverInside() {}

    static VarHandle field(Class<?> of, String name, Class<?> type) {
        try {
            return MethodHandles.privateLookupIn(of, MethodHandles.lookup()).findVarHandle(of, name, type);
        } catch (ReflectiveOperationException otherDriver) {
            throw new ExceptionInInitializerError(otherDriver);
        }
    }
}
