package com.terafy.ra.migration;

/** What a {@linkplain RoleMigration#run run} of the role migration did. */
public enum MigrationOutcome {
    /** No administrator is configured; the server was not asked anything. */
    NOT_CONFIGURED,
    /** Applied for the first time in this database. */
    APPLIED,
    /** Applied earlier, and the role can log in; nothing was changed. */
    UP_TO_DATE,
    /** Applied earlier, and run again: the role could not log in with the configured password, or the SQL is newer. */
    REPEATED
}
