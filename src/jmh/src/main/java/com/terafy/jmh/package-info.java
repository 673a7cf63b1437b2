/**
 * What the parts of the adapter cost by themselves, measured by JMH: one class for each part, called as the container and
 * applications call it. Start reading at {@link com.terafy.jmh.Matching}.
 *
 * <p>Depends on the adapter, the test kit and JMH. Nothing of this module is shipped.
 */
@NullMarked
package com.terafy.jmh;

import org.jspecify.annotations.NullMarked;
