/**
 * The pool of sessions: {@link com.terafy.pool.sessions.SessionPool} lends, takes back, opens, sweeps, replaces and closes
 * them; {@link com.terafy.pool.sessions.PooledSession} is one of them and the record of its use. What a session is only
 * {@link com.terafy.pool.sessions.Sessions} knows; threads are its owner's ({@link com.terafy.pool.sessions.Tasks}).
 *
 * <p>Depends on the JDK, {@code com.terafy.api} and its neighbours in this module. No JDBC, no Jakarta. Start reading at
 * {@link com.terafy.pool.sessions.SessionPool#borrow}.
 */
@NullMarked
package com.terafy.pool.sessions;

import org.jspecify.annotations.NullMarked;
