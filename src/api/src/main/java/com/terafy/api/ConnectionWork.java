package com.terafy.api;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Something to do with a borrowed connection.
 *
 * @param <T> what it gives back
 * @param <E> the checked exception it throws beside {@link SQLException}; inferred as
 *     {@code RuntimeException} where it throws none
 */
@FunctionalInterface
public interface ConnectionWork<T, E extends Exception> {

    /**
     * Works with the connection, which is valid until this method returns and must not be kept.
     *
     * @param connection the borrowed connection; closing it is allowed and not needed
     */
    T run(Connection connection) throws SQLException, E;
}
