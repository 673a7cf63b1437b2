/**
 * How a physical connection is opened: {@link com.terafy.ra.connect.PhysicalConnector} turns settings into a driver's
 * connection; {@link com.terafy.ra.connect.PhysicalConnection} is what it gives, on which something can be sent whose answer is
 * read later; {@link com.terafy.ra.connect.Outage} says once that the server is away.
 *
 * <p>May depend on: the driver, {@code com.terafy.pool}, {@code driver}, {@code socket}, {@code errors},
 * {@code passwords}, {@code migration} for its messages.
 */
@NullMarked
package com.terafy.ra.connect;

import org.jspecify.annotations.NullMarked;
