/**
 * What the pool adds to the span of the request that is under way, where the server has OpenTelemetry: {@link
 * com.terafy.ra.spans.Spans}. Where it has not, nothing of it is loaded. Names and attributes of the events are a contract, as
 * those of the flight recorder are; none has a text of SQL, a parameter, a user or a password in it.
 *
 * <p>May depend on: OpenTelemetry's API, in {@link com.terafy.ra.spans.CurrentSpan} alone.
 */
@NullMarked
package com.terafy.ra.spans;

import org.jspecify.annotations.NullMarked;
