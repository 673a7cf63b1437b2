/**
 * Which backends are ended, as a pure function: {@link com.terafy.cleanup.policy.CleanupPlan#of} takes what was read
 * from the server and gives a verdict for every backend. Start there.
 *
 * <p>Depends on the public API only; no clock, no database, no state.
 */
@NullMarked
package com.terafy.cleanup.policy;

import org.jspecify.annotations.NullMarked;
