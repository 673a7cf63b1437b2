/**
 * What PostgreSQL says of the sessions, joined with what the pool knows of its connections. Pure: a reading and the
 * pool's connections in, records for the API out. Start reading at {@link com.terafy.monitor.backends.Backends}.
 *
 * <p>Depends on the public API and the redaction.
 */
@NullMarked
package com.terafy.monitor.backends;

import org.jspecify.annotations.NullMarked;
