/** Time as the policy sees it. Depends on nothing. */
@NullMarked
package com.terafy.pool.time;

import org.jspecify.annotations.NullMarked;
