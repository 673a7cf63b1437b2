/**
 * What Terafy tells the JDK's flight recorder: events {@code terafy.Borrow}, {@code terafy.Login} and so on. The parts of
 * Terafy tell it through {@link com.terafy.api.flight.Flight}; while nobody records, nothing is made, and where the JVM has no
 * flight recorder there is nothing either. Names and fields of the events are a contract, as those of the metrics are. No event
 * has a password, a text of SQL or a parameter in it.
 *
 * <p>The fields are read by the recorder alone. Depends on the JDK. Start reading at {@link com.terafy.api.flight.Flight}.
 */
@NullMarked
package com.terafy.api.flight;

import org.jspecify.annotations.NullMarked;
