package com.terafy.it.soak.inside;

/** A borrower has found what another left behind, or has not found what it had set itself. */
final class StateCrossedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StateCrossedException(String message) {
        super(message);
    }
}
