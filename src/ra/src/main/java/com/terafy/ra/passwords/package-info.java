/**
 * Where a password is looked for that no setting gives: {@link com.terafy.ra.passwords.ServerPasswords} asks WildFly's
 * authentication context, whose credentials are in a credential store. Where the server has none, nothing of it is loaded.
 *
 * <p>May depend on: {@code com.terafy.pool.settings}; Elytron's client, in {@link com.terafy.ra.passwords.ElytronPasswords}
 * alone.
 */
@NullMarked
package com.terafy.ra.passwords;

import org.jspecify.annotations.NullMarked;
