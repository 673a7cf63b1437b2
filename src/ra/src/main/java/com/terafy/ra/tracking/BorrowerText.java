package com.terafy.ra.tracking;

import com.terafy.pool.sessions.Borrow;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * From the references that a {@link Borrow} recorded to words, when somebody asks. A borrow records no location, which
 * would cost every borrower a walk of its stack: unless leak detection recorded the stack, the location is where the
 * borrowing thread is at this moment. Pure but for that look.
 */
public final class BorrowerText {

    /** Code between the application and the pool; the first frame that is none of these is the borrower. */
    private static final List<String> INFRASTRUCTURE = List.of(
            "com.terafy.ra.",
            "com.terafy.pool.",
            "java.",
            "javax.",
            "jakarta.",
            "jdk.",
            "sun.",
            "org.jboss.",
            "org.wildfly.",
            "org.hibernate.",
            "org.postgresql.",
            "io.undertow.",
            "org.xnio.",
            "com.arjuna.",
            "com.sun.enterprise.",
            "com.sun.appserv.",
            "fish.payara.",
            "org.glassfish.",
            "org.apache.catalina.");

    private static final String DEPLOYMENT_PREFIX = "deployment.";
    private static final int MOST_FRAMES = 60;

    private BorrowerText() {}

    /** Class and line of the borrower, such as {@code com.example.PatientRepository:42}. */
    public static Optional<String> location(Borrow borrow) {
        return Arrays.stream(frames(borrow))
                .filter(BorrowerText::isApplication)
                .findFirst()
                .map(frame -> frame.getClassName() + ":" + frame.getLineNumber());
    }

    /** The recorded stack, one frame a line; empty unless leak detection is on. */
    public static Optional<String> stack(Borrow borrow) {
        Throwable recorded = borrow.stack();
        if (recorded == null) {
            return Optional.empty();
        }
        return Optional.of(Arrays.stream(recorded.getStackTrace())
                .limit(MOST_FRAMES)
                .map(StackTraceElement::toString)
                .collect(Collectors.joining("\n")));
    }

    /** Name of the module that the borrowing thread ran for, such as {@code practice.war}. */
    public static Optional<String> deployment(Borrow borrow) {
        @Nullable ClassLoader loader = borrow.contextClassLoader();
        String name = loader == null ? null : loader.getName();
        if (name == null || !name.startsWith(DEPLOYMENT_PREFIX)) {
            return Optional.empty();
        }
        return Optional.of(name.substring(DEPLOYMENT_PREFIX.length()));
    }

    private static StackTraceElement[] frames(Borrow borrow) {
        Throwable recorded = borrow.stack();
        return recorded == null ? borrow.thread().getStackTrace() : recorded.getStackTrace();
    }

    private static boolean isApplication(StackTraceElement frame) {
        return INFRASTRUCTURE.stream().noneMatch(frame.getClassName()::startsWith);
    }
}
