/**
 * Texts that more than one of Terafy's modules reads or writes, so that all do it alike: durations of settings, and what
 * others have chosen in a line of the log. For these modules, which have nothing else in common to see; applications
 * have no use for it. Start reading at {@link com.terafy.api.text.DurationText}.
 *
 * <p>Depends on the JDK only.
 */
@NullMarked
package com.terafy.api.text;

import org.jspecify.annotations.NullMarked;
