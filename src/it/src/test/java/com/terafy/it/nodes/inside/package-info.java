/** The application of the run between nodes; it knows nothing of the rest. */
@NullMarked
package com.terafy.it.nodes.inside;

import org.jspecify.annotations.NullMarked;
