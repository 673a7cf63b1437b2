/**
 * How a physical connection is opened: {@link com.terafy.ra.connect.PhysicalConnector} turns settings into a driver
 * connection, {@link com.terafy.ra.connect.PatientConnector} waits for a server that is down, and
 * {@link com.terafy.ra.connect.Outage} says so once.
 *
 * <p>May depend on: the driver, {@code com.terafy.pool}, {@code socket}, {@code errors}.
 */
@NullMarked
package com.terafy.ra.connect;

import org.jspecify.annotations.NullMarked;
