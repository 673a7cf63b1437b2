/**
 * The adapter without WildFly: standing alone in Open Liberty. What differs there is told in
 * {@code .github/decisions/portability.md}. Start reading at {@link com.terafy.portability.OpenLibertyIT}.
 *
 * <p>Depends on the adapter's archive, {@code javax.sql.DataSource} and HTTP only.
 */
@NullMarked
package com.terafy.portability;

import org.jspecify.annotations.NullMarked;
