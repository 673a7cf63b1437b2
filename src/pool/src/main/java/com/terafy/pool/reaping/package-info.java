/**
 * Where reaping is decided: {@link com.terafy.pool.reaping.SweepPolicy} says what one sweep does with one idle
 * connection. Pure; the floor is kept by {@link com.terafy.pool.ledger.Ledger#tryReap}.
 */
@NullMarked
package com.terafy.pool.reaping;

import org.jspecify.annotations.NullMarked;
