/**
 * What is known of the driver's inside, beyond JDBC: who keeps others from using a connection, what it keeps of it in the
 * client, and its stream, on which a query can be sent now and its answer be read later. But for the severity of an error
 * nobody else looks inside.
 */
@NullMarked
package com.terafy.ra.driver;

import org.jspecify.annotations.NullMarked;
