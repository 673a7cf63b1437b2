/** The application that is traced. */
@NullMarked
package com.terafy.it.tracing.inside;

import org.jspecify.annotations.NullMarked;
