package com.terafy.monitor.problems;

import java.util.List;
import java.util.Optional;

/**
 * A problem as it is answered: RFC 9457, with the code and what was wrong as extension members.
 *
 * @param type {@code urn:terafy:problem:} and the code
 * @param title what the code means
 * @param status the HTTP status
 * @param code stable name of the problem
 * @param detail what happened here, in English; no SQL, no URL, no stack trace
 * @param parameter name of the parameter or member that was wrong
 * @param allowed what it may be
 * @param reference number under which the server's log has more
 */
public record Problem(
        String type,
        String title,
        int status,
        String code,
        String detail,
        Optional<String> parameter,
        Optional<List<String>> allowed,
        Optional<String> reference) {

    /** The media type of a problem. */
    public static final String MEDIA_TYPE = "application/problem+json";

    /** A problem with nothing more to say than this. */
    public static Problem of(ProblemCode code, String detail) {
        return of(code, detail, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** A problem that the log knows more of. */
    public static Problem logged(ProblemCode code, String detail, String reference) {
        return of(code, detail, Optional.empty(), Optional.empty(), Optional.of(reference));
    }

    /** A wrong parameter, or a wrong member of the body. */
    public static Problem wrong(ProblemCode code, String detail, String parameter, List<String> allowed) {
        return of(code, detail, Optional.of(parameter), Optional.of(List.copyOf(allowed)), Optional.empty());
    }

    /** The same with another status of its class, as the container gave it. */
    public Problem withStatus(int other) {
        return new Problem(type, title, other, code, detail, parameter, allowed, reference);
    }

    private static Problem of(
            ProblemCode code,
            String detail,
            Optional<String> parameter,
            Optional<List<String>> allowed,
            Optional<String> reference) {
        return new Problem(
                "urn:terafy:problem:" + code.text(),
                code.title(),
                code.status(),
                code.text(),
                detail,
                parameter,
                allowed,
                reference);
    }
}
