/**
 * The resource adapter. {@code spi} is what the container calls; where a borrow is checked is {@code liveness}; how a
 * session is made fresh is {@code session}; how a connection is opened is {@code connect}; what an error means is
 * {@code errors}; how a pool shows other nodes that it lives is {@code lease}; what applications hold is {@code handles}. Start reading at {@link com.terafy.ra.spi.TerafyManagedConnectionFactory}.
 */
@NullMarked
package com.terafy.ra;

import org.jspecify.annotations.NullMarked;
