package com.terafy.cleanup.policy;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What an operator decides. A limit of zero is off.
 *
 * @param scope whose backends may be ended
 * @param idleLimit ended when {@code idle} longer than this
 * @param idleInTransactionLimit ended when {@code idle in transaction}, aborted or not, longer than this
 * @param allowedUsers never ended
 * @param allowedApplications never ended: application names; one that ends in {@code *} allows all that begin so
 * @param dryRun decide, and end nothing
 */
public record CleanupRules(
        Scope scope,
        Duration idleLimit,
        Duration idleInTransactionLimit,
        Set<String> allowedUsers,
        List<String> allowedApplications,
        boolean dryRun) {

    public CleanupRules {
        allowedUsers = Set.copyOf(allowedUsers);
        allowedApplications = List.copyOf(allowedApplications);
        if (idleLimit.isNegative() || idleInTransactionLimit.isNegative()) {
            throw new IllegalArgumentException("idleLimit is " + idleLimit + ", idleInTransactionLimit "
                    + idleInTransactionLimit + "; neither may be negative");
        }
    }

    /** The same rules, ending something or nothing. */
    public CleanupRules dryRun(boolean dry) {
        return new CleanupRules(scope, idleLimit, idleInTransactionLimit, allowedUsers, allowedApplications, dry);
    }

    boolean allowsApplication(String applicationName) {
        return allowedApplications.stream()
                .anyMatch(allowed -> allowed.endsWith("*")
                        ? applicationName.startsWith(allowed.substring(0, allowed.length() - 1))
                        : applicationName.equals(allowed));
    }
}
