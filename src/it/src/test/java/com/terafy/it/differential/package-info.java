/**
 * What an ordinary application can do around transactions, once with {@code java:/TerafyDS} and once with WildFly's own
 * PostgreSQL datasource in the same server: the outcomes are the same, or the table names the difference, its reason and
 * exactly what Terafy does instead.
 *
 * <p>May depend on: what {@code com.terafy.it} may. Start reading at
 * {@link com.terafy.it.differential.inside.Scenarios}, the table, and {@link com.terafy.it.differential.Comparison}.
 */
@NullMarked
package com.terafy.it.differential;

import org.jspecify.annotations.NullMarked;
