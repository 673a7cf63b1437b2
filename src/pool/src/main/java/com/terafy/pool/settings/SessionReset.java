package com.terafy.pool.settings;

/** When a session is reset as its connection comes back. */
public enum SessionReset implements Choice {
    /** Where something was changed that the adapter has seen; costs no round trip otherwise. */
    TRACKED("tracked"),
    /** Every time. */
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
