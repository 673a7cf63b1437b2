package com.terafy.api;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/**
 * How often and for how long the work of a transaction is run again, and after what. A transaction without one is never
 * run again.
 *
 * @param attempts most runs, the first one included
 * @param time no run begins later than this after the first did, and no wait for a connection lasts longer; a run that
 *     has begun is not cut off
 * @param firstPause before the second run; doubled with every further one, and each is shortened at random by up to half
 * @param longestPause where the doubling ends
 * @param causes after what it is run again
 */
public record RetryPolicy(
        int attempts, Duration time, Duration firstPause, Duration longestPause, Set<RetryCause> causes) {

    /** More runs than this are taken for a mistake. */
    private static final int MOST_ATTEMPTS = 1000;

    private static final Duration LONGEST_TIME = Duration.ofHours(1);

    /** Two that were in each other's way do not meet at once again. */
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    /** Checked. */
    public RetryPolicy {
        causes = Set.copyOf(causes);
        require(
                attempts >= 2 && attempts <= MOST_ATTEMPTS,
                "attempts is " + attempts + ". Give a number from 2 to " + MOST_ATTEMPTS
                        + "; for a single run, leave the policy out.");
        require(
                isPositive(time) && time.compareTo(LONGEST_TIME) <= 0,
                "time is " + time + ". Give more than zero, and an hour at most.");
        require(!firstPause.isNegative(), "firstPause is " + firstPause + ". Give zero or more.");
        require(
                longestPause.compareTo(LONGEST_TIME) <= 0,
                "longestPause is " + longestPause + ". Give an hour at most.");
        require(
                longestPause.compareTo(firstPause) >= 0,
                "longestPause is " + longestPause + ", which is less than firstPause, " + firstPause + ".");
        require(!causes.isEmpty(), "causes is empty. Name at least one, or leave the policy out.");
    }

    /** After every cause, with pauses from 20 ms to 1 s. */
    public static RetryPolicy of(int attempts, Duration time) {
        return new RetryPolicy(attempts, time, FIRST_PAUSE, LONGEST_PAUSE, EnumSet.allOf(RetryCause.class));
    }

    /** The same with other pauses. */
    public RetryPolicy withPauses(Duration first, Duration longest) {
        return new RetryPolicy(attempts, time, first, longest, causes);
    }

    /** The same after these causes only. */
    public RetryPolicy only(RetryCause cause, RetryCause... more) {
        return new RetryPolicy(attempts, time, firstPause, longestPause, EnumSet.of(cause, more));
    }

    private static boolean isPositive(Duration duration) {
        return !duration.isNegative() && !duration.isZero();
    }

    private static void require(boolean right, String otherwise) {
        if (!right) {
            throw new IllegalArgumentException("RetryPolicy: " + otherwise);
        }
    }
}
