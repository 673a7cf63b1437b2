package com.terafy.cleanup.history;

import java.nio.file.Path;

/** Every message about the files of the history: TERAFY0430 and following. Ids are never reused. */
final class HistoryMessages {

    private HistoryMessages() {}

    /** WARN, with the cause; only on going down. */
    static String notWritten(String pool, Path directory, Throwable cause) {
        return message(
                "0430",
                pool,
                "the history cannot be written to " + directory + ": " + cause
                        + ". It is kept in memory, and ends with the server; the audit log is not concerned. Give the"
                        + " server's user the right to write there, and room on the disk. It is tried again with each"
                        + " entry.");
    }

    /** INFO; only on coming back. */
    static String writtenAgain(String pool, Path directory, long lost) {
        return message(
                "0431",
                pool,
                "the history is written to " + directory + " again; " + lost + " entries are in the audit log only.");
    }

    /** WARN, once. */
    static String noDirectory(String pool) {
        return message(
                "0432",
                pool,
                "the history is kept in memory only, and ends with the server: the system property"
                        + " jboss.server.data.dir is not set. Set it to a directory that the server may write to.");
    }

    /** WARN, with the cause. */
    static String notRead(String pool, Path directory, Throwable cause) {
        return message(
                "0433",
                pool,
                "the history cannot be read from " + directory + ": " + cause
                        + ". What is in memory is shown. Give the server's user the right to read there.");
    }

    private static String message(String id, String pool, String text) {
        return "TERAFY" + id + ": Pool " + pool + ": " + text;
    }
}
