package com.terafy.ra.errors;

import java.sql.SQLException;

/** A login was not tried, since its password cannot be read from where it is kept. The message says what to do. */
public final class UnreadablePasswordException extends SQLException {

    private static final long serialVersionUID = 1L;

    private final String reason;

    /**
     * @param message what to do
     * @param reason the same without where it happened
     */
    public UnreadablePasswordException(String message, String reason, Throwable cause) {
        super(message, "28000", cause);
        this.reason = reason;
    }

    /** For a message that says itself where it happened. */
    public String reason() {
        return reason;
    }
}
