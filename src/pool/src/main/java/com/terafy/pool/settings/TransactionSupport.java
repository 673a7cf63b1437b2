package com.terafy.pool.settings;

/** How a connection takes part in JTA transactions. */
public enum TransactionSupport implements Choice {
    /** As the one resource of a transaction, by PostgreSQL's own BEGIN and COMMIT. */
    LOCAL("local"),
    /** As one of several, by two-phase commit; PostgreSQL needs {@code max_prepared_transactions} above 0. */
    XA("xa");

    private final String text;

    TransactionSupport(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }
}
