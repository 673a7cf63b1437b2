/**
 * The EAR on one version after another: {@code mvn -q -B -Pversions -pl src/it -am verify}. Each server is taken as it is
 * downloaded, and asked the same few things, see {@link com.terafy.it.versions.Check}. Not part of the tests, but for the
 * oldest of all, see {@link com.terafy.it.versions.OldestVersionsIT}: the newest is what the other tests run on.
 *
 * <p>May depend on: what {@code com.terafy.it} may. Start reading at {@link com.terafy.it.versions.ShortSuite}.
 */
@NullMarked
package com.terafy.it.versions;

import org.jspecify.annotations.NullMarked;
