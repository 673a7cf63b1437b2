/**
 * The parameters of the API in one place: their names, what they may be, and how that is checked and documented. Start
 * reading at {@link com.terafy.monitor.parameters.Parameter}.
 *
 * <p>Pure; depends on the problems.
 */
@NullMarked
package com.terafy.monitor.parameters;

import org.jspecify.annotations.NullMarked;
