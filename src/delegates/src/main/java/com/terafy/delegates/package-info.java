/**
 * Writes the delegating JDBC classes as Java source while {@code terafy-ra} is compiled. Build time only: nothing of it
 * is shipped.
 *
 * <p>Depends on the JDK only. Start reading at {@link com.terafy.delegates.GenerateDelegate}, then {@code
 * DelegateWriter}.
 *
 * <p>Why source: by hand these are thousands of lines that nobody reads; a {@code java.lang.reflect.Proxy} costs five
 * times as much a call and allocates; bytecode cannot be stepped through.
 */
@NullMarked
package com.terafy.delegates;

import org.jspecify.annotations.NullMarked;
