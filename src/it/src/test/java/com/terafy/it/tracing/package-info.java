/**
 * What the spans of an application get to see of its pool, where WildFly has its subsystem opentelemetry. Start reading at
 * {@link com.terafy.it.tracing.TracingIT}.
 *
 * <p>Depends on what users have: a WildFly as it is downloaded, the EAR, its command-line interface, and HTTP.
 */
@NullMarked
package com.terafy.it.tracing;

import org.jspecify.annotations.NullMarked;
