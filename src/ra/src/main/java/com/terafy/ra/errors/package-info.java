/**
 * What an error of PostgreSQL or of the network means for a connection. Start reading at
 * {@link com.terafy.ra.errors.PostgresErrors}.
 *
 * <p>May depend on: the driver, {@code java.sql}.
 */
@NullMarked
package com.terafy.ra.errors;

import org.jspecify.annotations.NullMarked;
