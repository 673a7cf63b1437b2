package com.terafy.pool.settings;

/** Whose backends the backend cleanup may end. */
public enum CleanupScope implements Choice {
    /** Those of the pool's own role; needs no further privilege. */
    OWN_ROLE("own-role"),
    /** Those of any role that carry this product's {@code application_name}. */
    APPLICATION("application"),
    /** Every client backend of the database. */
    DATABASE("database");

    private final String text;

    CleanupScope(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }
}
