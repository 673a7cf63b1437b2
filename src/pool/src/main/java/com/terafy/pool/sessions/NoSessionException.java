package com.terafy.pool.sessions;

import org.jspecify.annotations.Nullable;

/** A borrower gets no session. */
public final class NoSessionException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** None became free within the borrower's time; the cause, if there is one, is why none could be opened. */
        TIME_IS_OVER,
        /** None can be opened, and that will not pass; the cause says why. */
        REFUSED,
        /** The pool is closed. */
        CLOSED
    }

    private final Reason reason;

    NoSessionException(Reason reason, @Nullable Exception cause) {
        super(reason.toString(), cause, false, false);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
