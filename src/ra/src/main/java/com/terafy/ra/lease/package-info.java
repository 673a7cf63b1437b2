/**
 * How a pool shows the other nodes of its database that it lives: {@link com.terafy.ra.lease.LeaseKeeper}. What it says
 * is {@link com.terafy.api.Lease}; who has kept silent for too long is told by {@link com.terafy.api.LifeSigns}.
 */
@NullMarked
package com.terafy.ra.lease;

import org.jspecify.annotations.NullMarked;
