/**
 * The OpenAPI document, made when the WAR is built from what the server goes by: the annotations of the resources, the
 * parameters and their rules, the records. Start reading at {@link com.terafy.monitor.openapi.OpenApiDocument}.
 *
 * <p>Used at build time only, except its annotations.
 */
@NullMarked
package com.terafy.monitor.openapi;

import org.jspecify.annotations.NullMarked;
