package com.terafy.api.text;

/**
 * Text chosen by others, made fit for one line of a log: quoted, cut to {@link #LONGEST} characters, and everything
 * escaped that could end the line, forge a field or hide what follows.
 */
public final class Quoted {

    /** Longer text is cut; a reason has at most 300 characters, an application_name 63 bytes. */
    public static final int LONGEST = 300;

    private Quoted() {}

    /** The text in double quotes. */
    public static String of(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        text.codePoints().limit(LONGEST).forEach(character -> append(quoted, character));
        if (text.codePointCount(0, text.length()) > LONGEST) {
            quoted.append("...");
        }
        return quoted.append('"').toString();
    }

    private static void append(StringBuilder quoted, int character) {
        if (character == '"' || character == '\\') {
            quoted.append('\\').append((char) character);
        } else if (isVisible(character)) {
            quoted.appendCodePoint(character);
        } else {
            quoted.append(String.format("\\u%04x", character));
        }
    }

    /** Letters, digits, marks of all scripts and the plain space; no control, format, separator or lone surrogate. */
    private static boolean isVisible(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
