/**
 * The arithmetic of the benchmark: what is measured ({@link com.terafy.bench.Source},
 * {@link com.terafy.bench.Workload}), one measured slice ({@link com.terafy.bench.Round}), and what follows from all of them
 * ({@link com.terafy.bench.Table}, where to start reading, and {@link com.terafy.bench.Target}).
 *
 * <p>Depends on the JDK only. Nothing of this module is shipped.
 */
@NullMarked
package com.terafy.bench;

import org.jspecify.annotations.NullMarked;
