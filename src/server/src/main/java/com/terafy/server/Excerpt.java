package com.terafy.server;

/** As much of a long line of JSON as a person reads. */
final class Excerpt {

    /** Characters: with the indentation it fits the line of a terminal. */
    private static final int MOST = 100;

    private Excerpt() {}

    /**
     * Begins where {@code from} stands, or at the beginning where it does not, and ends at a comma; three dots stand for
     * what is left out.
     */
    static String of(String json, String from) {
        int begin = Math.max(json.indexOf(from), 0);
        String rest = json.substring(begin).strip();
        String before = begin == 0 ? "" : "... ";
        if (rest.length() <= MOST) {
            return before + rest;
        }
        int comma = rest.lastIndexOf(',', MOST);
        return before + rest.substring(0, comma < 0 ? MOST : comma + 1) + " ...";
    }
}
