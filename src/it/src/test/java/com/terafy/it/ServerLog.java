package com.terafy.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** server.log, from a mark on. */
public final class ServerLog {

    private final Path file;
    private final int from;

    private ServerLog(Path file, int from) {
        this.file = file;
        this.from = from;
    }

    /** Of the server in the base directory that the build has named, from its beginning. */
    public static ServerLog ofServer() {
        return new ServerLog(Path.of(System.getProperty("it.base"), "log", "server.log"), 0);
    }

    /** The same log, from here on. */
    public ServerLog mark() {
        return new ServerLog(file, whole().length());
    }

    public String text() {
        return whole().substring(from);
    }

    /** The lines that we have logged with that id; others may quote them in theirs. */
    public List<String> messages(String id) {
        return text().lines().filter(line -> line.contains(") " + id + ": ")).toList();
    }

    private String whole() {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
