/**
 * The files of {@code docker/} in a real Docker engine.
 *
 * <p>May depend on: what {@code com.terafy.it} may. Start reading at {@link com.terafy.it.docker.DockerIT}.
 */
@NullMarked
package com.terafy.it.docker;

import org.jspecify.annotations.NullMarked;
