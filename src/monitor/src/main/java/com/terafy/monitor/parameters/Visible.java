package com.terafy.monitor.parameters;

import java.util.Set;

/** Which characters a reader sees. */
final class Visible {

    /** Symbols and letters that Unicode draws as nothing: the fillers of Hangul and the empty pattern of Braille. */
    private static final Set<Integer> EMPTY = Set.of(0x115f, 0x1160, 0x3164, 0xffa0, 0x2800);

    private Visible() {}

    /** Whether this character shows something by itself: no blank, no format character, no mark without a letter. */
    static boolean test(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE,
                    Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK -> false;
            default -> !EMPTY.contains(character);
        };
    }
}
