package com.terafy.pool.settings;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A password, or the place it is read from. {@code toString} never shows it. Immutable. */
public sealed interface Secret {

    /**
     * The password as it is now: a file is read afresh at each call, so that a rotated password counts for the next
     * physical connection.
     *
     * @throws IOException if the file cannot be read, is empty or is not UTF-8; the message names the file
     */
    String reveal() throws IOException;

    /** A password given as text. */
    static Secret of(String password) {
        return new Literal(password);
    }

    /** A password in a file, whose last line end does not count. */
    static Secret inFile(Path file) {
        return new InFile(file);
    }

    /** A password given as text. */
    record Literal(String password) implements Secret {
        @Override
        public String reveal() {
            return password;
        }

        @Override
        public String toString() {
            return "password (hidden)";
        }
    }

    /** A password in a file. */
    record InFile(Path file) implements Secret {
        @Override
        public String reveal() throws IOException {
            String password = content().replaceFirst("\\r?\\n\\z", "");
            if (password.isEmpty()) {
                throw new IOException("The file " + file + " is empty.");
            }
            return password;
        }

        private String content() throws IOException {
            try {
                return Files.readString(file);
            } catch (CharacterCodingException notUtf8) {
                throw new IOException("The file " + file + " is not UTF-8.", notUtf8);
            }
        }

        @Override
        public String toString() {
            return "password in " + file;
        }
    }
}
