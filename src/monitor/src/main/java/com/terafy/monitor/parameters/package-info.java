/**
 * The parameters of the API in one place: their names, what they may be, and how that is checked and documented. Start
 * reading at {@link com.terafy.monitor.parameters.Parameter}.
 *
 * <p>Depends on the problems, the backends for their names, and Jakarta JSON Processing for bodies.
 */
@NullMarked
package com.terafy.monitor.parameters;

import org.jspecify.annotations.NullMarked;
