/**
 * What the tests of the other modules and the runner of the example stand on: a real PostgreSQL that can be stopped,
 * killed and frozen, a proxy that spoils the network between, a clock moved by hand and a log that remembers.
 *
 * <p>May depend on the JDK, the driver, {@code com.terafy.pool.time}, Awaitility and the archive readers; on no test
 * framework. Nothing of it is shipped. Start reading at {@link com.terafy.testkit.TestPostgres}; waiting for a
 * condition is done with Awaitility, so there is no code for it here.
 */
@NullMarked
package com.terafy.testkit;

import org.jspecify.annotations.NullMarked;
