/**
 * What applications, the backend cleanup and the monitoring see of Terafy. Start reading at
 * {@link com.terafy.api.TerafyDataSource}.
 *
 * <p>Depends on the JDK only. Every record here is an immutable snapshot.
 */
@NullMarked
package com.terafy.api;

import org.jspecify.annotations.NullMarked;
