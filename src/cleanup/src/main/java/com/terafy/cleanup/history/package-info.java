/**
 * The audit and the history: one event, told once, becomes a line of the log and an entry that outlives the deployment.
 * Start reading at {@link com.terafy.cleanup.history.Historian}, the EJB; {@link com.terafy.cleanup.history.AuditDoor} is
 * how this module's own code tells something.
 *
 * <p>Entries are lines of JSON in files of the server's data directory, not rows of the database: an audit that the
 * audited role can write is none, and it must be there while the database is away. What is told waits for no disk: it is
 * in memory at once and is written by a thread of its own.
 *
 * <p>Depends on the public API, Jakarta JSON Processing and EJB. Messages are TERAFY042x for what is audited,
 * TERAFY05xx where the monitoring tells it, and TERAFY0430 and following about the files.
 */
@NullMarked
package com.terafy.cleanup.history;

import org.jspecify.annotations.NullMarked;
