/**
 * The dashboard's files, as far as they can be judged without a browser; the rest is in {@code com.terafy.it.dashboard}.
 *
 * <p>Depends on the sources of the web application.
 */
@NullMarked
package com.terafy.monitor.webapp;

import org.jspecify.annotations.NullMarked;
