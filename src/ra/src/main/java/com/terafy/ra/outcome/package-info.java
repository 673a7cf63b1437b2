/**
 * Whether a transaction whose COMMIT was not answered was committed. Start reading at
 * {@link com.terafy.ra.outcome.OutcomeQuestion}; what may be believed is {@link com.terafy.ra.outcome.Outcome#of}.
 *
 * <p>May depend on: {@code java.sql}, {@code com.terafy.pool}, {@code com.terafy.ra.Messages}.
 */
@NullMarked
package com.terafy.ra.outcome;

import org.jspecify.annotations.NullMarked;
