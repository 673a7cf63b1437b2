/** The application of {@code com.terafy.it.switchover}; runs in the server. */
@NullMarked
package com.terafy.it.switchover.inside;

import org.jspecify.annotations.NullMarked;
