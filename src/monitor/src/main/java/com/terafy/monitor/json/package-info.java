/**
 * Records to JSON. The names of components and constants are the contract of the
 * REST API; the OpenAPI document is made from the same records. Start reading at {@link com.terafy.monitor.json.Json}.
 *
 * <p>Depends on the JDK.
 */
@NullMarked
package com.terafy.monitor.json;

import org.jspecify.annotations.NullMarked;
