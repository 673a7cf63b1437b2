/**
 * An adapter that does nothing: what a borrow costs that passes through it is the container's, whatever the adapter.
 *
 * <p>May depend on: Jakarta Connectors. Start reading at {@link com.terafy.bench.empty.EmptyManagedConnection}.
 */
@NullMarked
package com.terafy.bench.empty;

import org.jspecify.annotations.NullMarked;
