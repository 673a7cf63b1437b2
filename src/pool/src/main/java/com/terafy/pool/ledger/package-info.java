/**
 * Which connections a pool has and what each is doing: {@link com.terafy.pool.ledger.Transition} lists every legal
 * change of state, {@link com.terafy.pool.ledger.Entry} is one connection, {@link com.terafy.pool.ledger.Ledger} is all
 * of them and holds the floor: no claim for reaping goes below the minimum.
 *
 * <p>Depends on the JDK and {@code com.terafy.api}. Lock-free; nothing here calls out.
 */
@NullMarked
package com.terafy.pool.ledger;

import org.jspecify.annotations.NullMarked;
