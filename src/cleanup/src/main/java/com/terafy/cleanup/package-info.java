/**
 * The backend cleanup: a timer that ends abandoned backends of the database, and never a friend's. Start reading at
 * {@link com.terafy.cleanup.BackendCleanup}, the EJB; {@link com.terafy.cleanup.BackendCleaner} makes the passes.
 *
 * <h2>How a live pool is told from an orphan</h2>
 *
 * The pool keeps connections idle for ever, and the cleanup ends backends that are idle too long. What keeps them apart
 * is a <em>lease</em>. Every connection of a pool carries the pool instance in its {@code application_name}
 * ({@link com.terafy.api.PoolIdentity}), and every 5 s the pool says in a session outside itself that it lives
 * ({@link com.terafy.api.Lease}).
 *
 * <ul>
 *   <li>Tagged, and one of the instance's sessions has changed its state lately: a live pool's, never ended, be it idle in the
 *       pool, borrowed and forgotten, or a maintenance connection.
 *   <li>Tagged, and seen without such a sign of life for 90 s, look after look: an orphan, ended when idle beyond the limit:
 *       {@link com.terafy.cleanup.policy.Absence}.
 *   <li>Not tagged, and no living pool says that it has lent it: ended when idle beyond the limit and seen unchanged for 90 s,
 *       as scope and allow-lists permit.
 * </ul>
 *
 * The pool says its lease also while the cleanup is switched off, because it protects this pool from the cleanup of other
 * nodes.
 *
 * <p>What it does it tells to {@link com.terafy.cleanup.history}, which the monitoring uses, too.
 *
 * <p>Depends on the public API, the JDK and Jakarta EE. Messages are TERAFY04xx.
 */
@NullMarked
package com.terafy.cleanup;

import org.jspecify.annotations.NullMarked;
