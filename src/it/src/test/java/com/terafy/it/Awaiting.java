package com.terafy.it;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;

/** Waits for a condition, with one limit for all tests. */
public final class Awaiting {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private Awaiting() {}

    /** As {@link #until}, and says at the end what it was instead. */
    static void that(String what, ThrowingRunnable assertion) {
        Awaitility.await(what)
                .atMost(LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(assertion);
    }

    public static void until(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50))
                .until(condition);
    }
}
