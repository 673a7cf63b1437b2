package com.terafy.ra.spi;

import com.terafy.ra.Messages;

/**
 * By which WildFly's command line reaches a running pool: it can set system properties of the server, and nothing of an adapter
 * that is deployed. The pool looks for one each second, obeys it and takes it away, so that it says what to do and not how the
 * pool is: whoever else pauses or resumes it contradicts nothing.
 *
 * <p>For one thread.
 */
final class PauseSwitch {

    private static final System.Logger LOG = System.getLogger("com.terafy.adapter");

    private final PoolInside pool;
    private final String property;

    PauseSwitch(ManagedPool pool) {
        this.pool = new PoolInside(pool);
        this.property = "terafy.paused." + pool.name();
    }

    /** What was set before the start is not for this pool: it may have been saved long ago in the server's configuration. */
    void forgetWhatWasBefore() {
        String before = System.clearProperty(property);
        if (Boolean.parseBoolean(before)) {
            LOG.log(System.Logger.Level.WARNING, Messages.pauseOfBefore(pool.name(), property));
        }
    }

    /** Does what it says by now, if it says anything. */
    void look() {
        String wanted = System.clearProperty(property);
        if (wanted == null) {
            return;
        }
        switch (wanted) {
            case "true" -> pool.pause();
            case "false" -> pool.resume();
            default -> LOG.log(System.Logger.Level.WARNING, Messages.noPause(pool.name(), property, wanted));
        }
    }
}
