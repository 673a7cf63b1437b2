/**
 * The part of the differential suite that runs in the server: the table of scenarios, and an application that runs one of
 * them at a time on a datasource of the client's choice. The client reads the same table.
 *
 * <p>Depends on JDBC and Jakarta EE only, so that it cannot tell the datasources apart. Start reading at
 * {@link com.terafy.it.differential.inside.Scenarios}.
 */
@NullMarked
package com.terafy.it.differential.inside;

import org.jspecify.annotations.NullMarked;
