package com.terafy.pool.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what a misspelt name was meant to be. */
final class NearestName {

    private NearestName() {}

    /** The name that takes the fewest edits of one character, the first of several; empty if there are no names. */
    static Optional<String> of(String misspelt, Collection<String> names) {
        return names.stream().min(Comparator.comparingInt(name -> distance(misspelt, name)));
    }

    /** The Levenshtein distance, row by row. */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[other.length()];
    }
}
