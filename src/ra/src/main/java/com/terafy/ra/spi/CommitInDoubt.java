package com.terafy.ra.spi;

import java.sql.SQLException;

/**
 * COMMIT was sent, and the server has not answered. No resource exception: the container takes those for a rollback, and tells its
 * caller so, who would do again what may be done already.
 */
final class CommitInDoubt extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CommitInDoubt(String message, SQLException cause) {
        super(message, cause);
    }
}
