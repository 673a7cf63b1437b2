/**
 * What a borrower changed in a session and how it is put back: {@link com.terafy.ra.session.SessionState}.
 *
 * <p>May depend on: the driver, {@code java.sql}, {@code com.terafy.ra.errors}.
 */
@NullMarked
package com.terafy.ra.session;

import org.jspecify.annotations.NullMarked;
