/**
 * The part inside the server: a servlet that runs the slices and writes a line for each. Start reading at
 * {@link com.terafy.bench.inside.BenchServlet}.
 *
 * <p>Depends on {@code com.terafy.bench}, Jakarta EE, HikariCP and the driver.
 */
@NullMarked
package com.terafy.bench.inside;

import org.jspecify.annotations.NullMarked;
