package com.terafy.pool.settings;

/** One of a fixed set of values, written as a word. Implemented by enums only. */
public interface Choice {

    /** The value as it is written in settings, for example {@code verify-full}. */
    String text();
}
