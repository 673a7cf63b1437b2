/**
 * What the container calls: the contracts of Jakarta Connectors 2.1, chapters 6 to 10, thin over the pool of sessions. One
 * {@link com.terafy.ra.spi.TerafyManagedConnectionFactory} is one pool, its {@link com.terafy.ra.spi.ManagedPool}; a
 * {@link com.terafy.ra.spi.TerafyManagedConnection} is bound to a session of it while somebody uses it.
 *
 * <p>May depend on: everything else in the adapter. Start reading at
 * {@link com.terafy.ra.spi.TerafyManagedConnection#getConnection}.
 */
@NullMarked
package com.terafy.ra.spi;

import org.jspecify.annotations.NullMarked;
