/**
 * WildFly as a process of its own, and the example run: command one of the README. Start reading at
 * {@link com.terafy.server.Run}; the container tests use {@link com.terafy.server.WildflyServer}, too.
 *
 * <p>Depends on WildFly's launcher and the test kit. Nothing of it is shipped.
 */
@NullMarked
package com.terafy.server;

import org.jspecify.annotations.NullMarked;
