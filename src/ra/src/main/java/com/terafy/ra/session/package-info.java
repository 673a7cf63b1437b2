/**
 * How every borrow begins in a session as after its login: {@link com.terafy.ra.session.SessionState} sends the reset and
 * reads its answer, {@link com.terafy.ra.session.FreshLogin} knows the commands.
 *
 * <p>May depend on: {@code com.terafy.ra.connect}, {@code com.terafy.ra.driver}, the driver, {@code java.sql}.
 */
@NullMarked
package com.terafy.ra.session;

import org.jspecify.annotations.NullMarked;
