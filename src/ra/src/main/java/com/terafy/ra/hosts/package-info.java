/**
 * The servers of a pool whose sessions are spread over several: {@link com.terafy.ra.hosts.Hosts} knows how they are and how
 * many sessions are on each, {@link com.terafy.ra.hosts.HostEye} asks one of them. What follows from that is decided by
 * {@link com.terafy.pool.hosts.HostChoice}.
 */
@NullMarked
package com.terafy.ra.hosts;

import org.jspecify.annotations.NullMarked;
