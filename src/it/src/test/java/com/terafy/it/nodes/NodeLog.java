package com.terafy.it.nodes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a server has logged, also before midnight. */
final class NodeLog {

    private static final Pattern ERROR = Pattern.compile("^\\S+ \\S+ ERROR +\\[");
    private static final String OURS = "com.terafy";

    private final String node;
    private final Path directory;

    NodeLog(String node, Path file) {
        this.node = node;
        this.directory = file.toAbsolutePath().getParent();
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(each -> each.getFileName().toString().startsWith("server.log"))
                    .sorted()
                    .toList()) {
                lines.addAll(Files.readAllLines(file));
            }
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<AuditLine> audit() {
        return lines().stream()
                .flatMap(line -> AuditLine.parse(node, line).stream())
                .toList();
    }

    /** Errors and stack traces of ours. */
    List<String> failures() {
        return lines().stream()
                .filter(line -> isError(line) || line.startsWith("\tat " + OURS))
                .map(line -> "node " + node + " has logged: " + line)
                .toList();
    }

    private static boolean isError(String line) {
        return ERROR.matcher(line).find() && (line.contains("[" + OURS) || line.contains("TERAFY"));
    }

    /** How many lines have that id. */
    long count(String id) {
        return lines().stream().filter(line -> line.contains(") " + id + ": ")).count();
    }
}
