package com.terafy.it.nodes;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a node wrote down about a backend that it wanted to end: TERAFY0420.
 *
 * @param node who wrote it
 * @param text the whole line
 */
record AuditLine(String node, Session session, String outcome, String text) {

    private static final Pattern LINE =
            Pattern.compile("\\) TERAFY0420: .*? pid=(\\d+) backend_start=(\\S+) .* outcome=(\\w+)$");

    /** The statement that was to end it looked once more, or the server refused. */
    private static final Set<String> HARMLESS = Set.of("GONE_OR_CHANGED", "NOT_ALLOWED");

    /** Empty for other lines. */
    static Optional<AuditLine> parse(String node, String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.find()) {
            return Optional.empty();
        }
        Session session = new Session(Long.parseLong(matcher.group(1)), Instant.parse(matcher.group(2)));
        return Optional.of(new AuditLine(node, session, matcher.group(3), line));
    }

    /** Whether the backend was signalled, or may have been. */
    boolean ends() {
        return !HARMLESS.contains(outcome);
    }
}
