/**
 * What the container calls: the contracts of Jakarta Connectors 2.1, chapters 6 to 10, thin over the policy. One
 * {@link com.terafy.ra.spi.TerafyManagedConnectionFactory} is one pool of the container; what the adapter knows of that
 * pool is its {@link com.terafy.ra.spi.ManagedPool}.
 *
 * <p>May depend on: everything else in the adapter. Start reading at
 * {@link com.terafy.ra.spi.TerafyManagedConnectionFactory#matchManagedConnections}.
 */
@NullMarked
package com.terafy.ra.spi;

import org.jspecify.annotations.NullMarked;
