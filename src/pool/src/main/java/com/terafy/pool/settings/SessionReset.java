package com.terafy.pool.settings;

/** When a session is reset as its connection comes back. */
public enum SessionReset implements Choice {
    /** Every time; nobody waits for it. */
    ALWAYS("always"),
    /** Never; an open transaction is rolled back all the same. */
    OFF("off");

    private final String text;

    SessionReset(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }
}
