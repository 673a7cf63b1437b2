/**
 * What the API answers where it cannot do what was asked: problem details after RFC 9457, with a code that never
 * changes. Start reading at {@link com.terafy.monitor.problems.ProblemCode}.
 *
 * <p>Depends on the JDK only.
 */
@NullMarked
package com.terafy.monitor.problems;

import org.jspecify.annotations.NullMarked;
