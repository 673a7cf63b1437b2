/**
 * What tests of this package's parent put into the server beside the application that answers: applications, see {@link
 * com.terafy.it.pools.Services}, and a module.
 */
@NullMarked
package com.terafy.it.pools.inside;

import org.jspecify.annotations.NullMarked;
