/**
 * The monitoring behind an OpenID provider, as config/wildfly/oidc.cli sets it up. Start reading at
 * {@link com.terafy.it.oidc.OidcIT}.
 *
 * <p>Depends on what users have: a WildFly as it is downloaded, the EAR, its command-line interface, and HTTP.
 */
@NullMarked
package com.terafy.it.oidc;

import org.jspecify.annotations.NullMarked;
