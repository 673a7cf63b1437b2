package com.terafy.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** server.log, from a mark on. */
public final class ServerLog {

    private static final String CLOSED_FOR_YOU = "IJ000100";
    private static final Pattern PROBLEM =
            Pattern.compile("^\\S+ \\S+ (INFO|WARN|ERROR) +\\[[^\\]]*] \\((?!Periodic Recovery).*?\\) ([A-Z]+\\d{4,})");
    private static final Pattern CONTAINER_ID = Pattern.compile("IJ000\\d{3}");

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

    /** How many lines the container's connection manager has added of each of its ids. */
    public String containerLines() {
        Map<String, Long> lines = text().lines()
                .map(CONTAINER_ID::matcher)
                .filter(Matcher::find)
                .collect(Collectors.groupingBy(Matcher::group, TreeMap::new, Collectors.counting()));
        return lines.toString();
    }

    /**
     * The server's own warnings and errors, each once: {@code ERROR IJ000315}, and that it closed a connection. Not what
     * recovery in the background says.
     */
    public List<String> containerProblems() {
        return text().lines()
                .map(PROBLEM::matcher)
                .filter(Matcher::find)
                .filter(problem -> !problem.group(2).startsWith("TERAFY"))
                .filter(problem ->
                        !problem.group(1).equals("INFO") || problem.group(2).equals(CLOSED_FOR_YOU))
                .map(problem -> problem.group(1) + " " + problem.group(2))
                .distinct()
                .sorted()
                .toList();
    }

    private String whole() {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
