/**
 * What the backend cleanup says to PostgreSQL, 14 or newer, in a {@link com.terafy.cleanup.database.CleanupSession}:
 * {@link com.terafy.cleanup.database.Activity} reads who is there, {@link com.terafy.cleanup.database.Termination} ends one
 * backend.
 *
 * <p>Each statement has a transaction of its own. Inside one transaction pg_stat_activity would be read from the snapshot
 * of its first reading (PostgreSQL, "Viewing Statistics"), so that the check in the statement that terminates would check
 * nothing; and the first refusal (42501) would abort the pass.
 *
 * <p>Depends on the policy, the public API and JDBC; the driver is the one behind the connection.
 */
@NullMarked
package com.terafy.cleanup.database;

import org.jspecify.annotations.NullMarked;
