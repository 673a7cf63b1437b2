package com.terafy.ra.migration;

import org.flywaydb.core.api.logging.Log;
import org.flywaydb.core.api.logging.LogCreator;

/**
 * Flyway's log, quiet: what an operator needs is said by {@link MigrationMessages}, so only warnings come through.
 * Among them are PostgreSQL's notices of the script. Flyway makes the instance, by the class's name.
 */
public final class FlywayLog implements LogCreator, Log {

    private static final System.Logger LOG = System.getLogger(FlywayLog.class.getPackageName());

    /** For Flyway. */
    public FlywayLog() {}

    @Override
    public Log createLogger(Class<?> type) {
        return this;
    }

    @Override
    public void debug(String message) {
        LOG.log(System.Logger.Level.TRACE, message);
    }

    @Override
    public void info(String message) {
        LOG.log(System.Logger.Level.DEBUG, message);
    }

    @Override
    public void notice(String message) {
        LOG.log(System.Logger.Level.DEBUG, message);
    }

    @Override
    public void warn(String message) {
        LOG.log(System.Logger.Level.WARNING, MigrationMessages.warning(message));
    }

    /** Errors are thrown as well, and the exception is what gets reported. */
    @Override
    public void error(String message) {
        LOG.log(System.Logger.Level.DEBUG, message);
    }

    @Override
    public void error(String message, Exception cause) {
        LOG.log(System.Logger.Level.DEBUG, message, cause);
    }
}
