package com.terafy.monitor.problems;

import java.util.List;

/** Ends a request with a problem. */
public final class ProblemException extends RuntimeException {

    private static final int LONGEST_ECHO = 64;

    private final transient Problem problem;

    private ProblemException(Problem problem) {
        super(problem.code() + ": " + problem.detail());
        this.problem = problem;
    }

    public ProblemException(ProblemCode code, String detail) {
        this(Problem.of(code, detail));
    }

    /** A query or path parameter that is not what it must be. */
    public static ProblemException parameter(String name, String detail, List<String> allowed) {
        return new ProblemException(Problem.wrong(ProblemCode.INVALID_PARAMETER, detail, cut(name), allowed));
    }

    /** A path that names something that there is not; allowed are the names of what there is. */
    public static ProblemException notFound(String name, String detail, List<String> allowed) {
        return new ProblemException(Problem.wrong(ProblemCode.NOT_FOUND, detail, cut(name), allowed));
    }

    /** A member of the body that is not what it must be. */
    public static ProblemException member(String name, String detail, List<String> allowed) {
        return new ProblemException(Problem.wrong(ProblemCode.INVALID_BODY, detail, cut(name), allowed));
    }

    /**
     * A setting that the pool cannot run with.
     *
     * @param detail what the start would have said; it names every wrong one
     */
    public static ProblemException setting(String name, String detail, List<String> allowed) {
        return new ProblemException(Problem.wrong(ProblemCode.INVALID_SETTING, detail, cut(name), allowed));
    }

    /** A member that the body has twice; which of them is meant nobody knows. */
    public static ProblemException repeatedMember(String name) {
        return new ProblemException(Problem.wrong(
                ProblemCode.BAD_REQUEST, "The body has this member twice.", cut(name), List.of("each member once")));
    }

    public Problem problem() {
        return problem;
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_ECHO ? text : text.substring(0, LONGEST_ECHO) + "...";
    }
}
