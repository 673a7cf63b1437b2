/**
 * Who holds what: {@link com.terafy.ra.tracking.BorrowerText} turns the references that a borrow recorded into words.
 *
 * <p>May depend on: {@code com.terafy.pool.sessions}, {@code com.terafy.api}.
 */
@NullMarked
package com.terafy.ra.tracking;

import org.jspecify.annotations.NullMarked;
