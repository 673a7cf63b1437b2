/**
 * The part outside the server: starts PostgreSQL and WildFly, asks the servlet, prints the table. Start reading at
 * {@link com.terafy.bench.run.Bench}.
 *
 * <p>Depends on {@code com.terafy.bench}, {@code com.terafy.server} and the test kit.
 */
@NullMarked
package com.terafy.bench.run;

import org.jspecify.annotations.NullMarked;
