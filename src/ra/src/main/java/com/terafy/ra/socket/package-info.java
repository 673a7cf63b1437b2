/**
 * Sockets that can be asked, between two uses and without a round trip, whether the other end is still there: {@link
 * com.terafy.ra.socket.WatchedSocket}.
 *
 * <p>Depends on the JDK only.
 */
@NullMarked
package com.terafy.ra.socket;

import org.jspecify.annotations.NullMarked;
