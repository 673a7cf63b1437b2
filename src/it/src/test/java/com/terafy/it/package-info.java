/**
 * The EAR in a server. Most classes share one provisioned WildFly, started by Arquillian, and one PostgreSQL, see
 * {@link com.terafy.it.SharedPostgres}; {@link com.terafy.it.UnchangedServerIT} has a WildFly as it is downloaded.
 * Start reading at {@link com.terafy.it.TransactionsIT}.
 *
 * <p>Depends on what users have: the EAR, {@code javax.sql.DataSource}, HTTP and the management interface.
 */
@NullMarked
package com.terafy.it;

import org.jspecify.annotations.NullMarked;
