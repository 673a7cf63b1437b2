package com.terafy.ra.errors;

import java.sql.SQLException;

/** A pooler stands between here and the server, and the settings do not say so. The message says what to set. */
public final class UndeclaredPoolerException extends SQLException {

    private static final long serialVersionUID = 1L;

    /** @param message what to set */
    public UndeclaredPoolerException(String message) {
        super(message, "55000");
    }
}
