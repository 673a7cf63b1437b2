/**
 * MicroProfile Health checks, for servers that have it. They are in a jar of their own in the EAR's {@code lib}: those of
 * a WAR inside an EAR are not found by WildFly. A server without MicroProfile Health leaves these classes alone. Start
 * reading at {@link com.terafy.health.DatabaseCheck}.
 *
 * <p>Depends on the public API and MicroProfile Health.
 */
@NullMarked
package com.terafy.health;

import org.jspecify.annotations.NullMarked;
