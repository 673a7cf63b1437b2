package com.terafy.cleanup;

import java.lang.System.Logger.Level;

/**
 * Says that something keeps failing when it begins and when it ends, not at every tick. For one thread at a time.
 */
final class Outages {

    private final System.Logger log;
    private final String pool;
    private final String what;
    private long failures;

    Outages(System.Logger log, String pool, String what) {
        this.log = log;
        this.pool = pool;
        this.what = what;
    }

    void failed(Exception cause) {
        failures++;
        log.log(failures == 1 ? Level.WARNING : Level.DEBUG, CleanupMessages.failed(pool, what, cause), cause);
    }

    void worked() {
        if (failures > 0) {
            log.log(Level.INFO, CleanupMessages.worksAgain(pool, what, failures));
        }
        failures = 0;
    }
}
