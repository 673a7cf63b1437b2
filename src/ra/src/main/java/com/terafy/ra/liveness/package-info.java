/**
 * Where a borrow is checked: {@link com.terafy.ra.liveness.Liveness} decides whether an idle connection may be handed
 * out, by a look at its socket that costs no round trip, or by a
 * validation where the socket says too little.
 *
 * <p>May depend on: {@code connect}, {@code socket}, {@code com.terafy.pool}.
 */
@NullMarked
package com.terafy.ra.liveness;

import org.jspecify.annotations.NullMarked;
