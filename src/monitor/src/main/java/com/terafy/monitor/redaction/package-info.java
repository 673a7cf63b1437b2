/**
 * Takes the values out of SQL before it is shown. Pure. Start reading at
 * {@link com.terafy.monitor.redaction.RedactedSql}.
 *
 * <p>Depends on the JDK only.
 */
@NullMarked
package com.terafy.monitor.redaction;

import org.jspecify.annotations.NullMarked;
