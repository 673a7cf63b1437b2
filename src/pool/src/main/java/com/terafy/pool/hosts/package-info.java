/**
 * On which of several servers the sessions of a pool are to be: {@link com.terafy.pool.hosts.HostChoice}, from what is known
 * of each ({@link com.terafy.pool.hosts.HostState}). Pure.
 *
 * <p>Depends on the settings. Start reading at {@link com.terafy.pool.hosts.HostChoice}.
 */
@NullMarked
package com.terafy.pool.hosts;

import org.jspecify.annotations.NullMarked;
