/**
 * What a borrower changed in a session and how it is put back: {@link com.terafy.ra.session.SessionState}.
 *
 * <p>May depend on: the driver, {@code java.sql}.
 */
@NullMarked
package com.terafy.ra.session;

import org.jspecify.annotations.NullMarked;
