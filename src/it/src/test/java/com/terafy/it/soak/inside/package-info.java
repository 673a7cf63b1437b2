/**
 * The part of the soak that runs in the server: an application of some threads that do the most different things with
 * {@code java:/TerafyDS} and write down what they saw.
 *
 * <p>Depends on {@code com.terafy.api} and Jakarta EE. Start reading at {@link com.terafy.it.soak.inside.Worker}.
 */
@NullMarked
package com.terafy.it.soak.inside;

import org.jspecify.annotations.NullMarked;
