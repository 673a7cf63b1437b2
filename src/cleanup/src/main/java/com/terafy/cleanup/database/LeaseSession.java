package com.terafy.cleanup.database;

import java.sql.Connection;

/**
 * The cleanup's session, as the server knows it.
 *
 * @param connection in auto-commit; for one thread at a time
 * @param instance the pool instance whose lease it holds
 * @param pid process id of its backend
 * @param role the role it logged in as
 * @param database the database it is connected to
 */
public record LeaseSession(Connection connection, int instance, int pid, String role, String database) {}
