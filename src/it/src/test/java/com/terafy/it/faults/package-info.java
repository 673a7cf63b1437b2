/**
 * Faults of the database and the network under an application in the shared server, and what the application sees of
 * them: through {@code java:/TerafyDS} and, in the same tests, through a datasource of WildFly's own.
 *
 * <p>May depend on: what {@code com.terafy.it} may. Start reading at {@link com.terafy.it.faults.Stage}.
 */
@NullMarked
package com.terafy.it.faults;

import org.jspecify.annotations.NullMarked;
