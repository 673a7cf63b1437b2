/**
 * The monitoring over HTTP, with real users of every role. Every answer of the API is checked against the OpenAPI
 * document, see {@link com.terafy.it.monitor.Contract}. Start reading at {@link com.terafy.it.monitor.BackendsIT}.
 *
 * <p>Depends on what administrators have: HTTP, the server's users, its log.
 */
@NullMarked
package com.terafy.it.monitor;

import org.jspecify.annotations.NullMarked;
