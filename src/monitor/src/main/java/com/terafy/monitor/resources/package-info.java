/**
 * The REST API, under {@code /terafy/api/v1}: thin classes that fetch, filter and answer records. What all requests have
 * in common stands in filters. Start reading at {@link com.terafy.monitor.resources.BackendsResource}.
 *
 * <p>Depends on Jakarta REST and CDI, and on everything else here.
 */
@NullMarked
package com.terafy.monitor.resources;

import org.jspecify.annotations.NullMarked;
