package com.terafy.cleanup.policy;

import com.terafy.api.CleanupReason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A decision on every backend.
 *
 * @param decisions one for every row, in the order of the rows
 */
public record CleanupPlan(List<Decision> decisions) {

    /** PostgreSQL's name of the process of an ordinary session. */
    public static final String CLIENT_BACKEND = "client backend";

    /** The leader of a parallel dump idles in the transaction whose snapshot its workers use. */
    private static final Set<String> KNOWN_TOOLS =
            Set.of("pg_dump", "pg_dumpall", "pg_restore", "pg_basebackup", "pg_receivewal");

    private static final Set<String> IN_TRANSACTION = Set.of("idle in transaction", "idle in transaction (aborted)");

    public CleanupPlan {
        decisions = List.copyOf(decisions);
    }

    /**
     * One backend, and why it is ended or spared.
     *
     * @param limit beyond which age it is ended; zero if it is spared
     */
    public record Decision(BackendRow row, CleanupReason reason, Duration limit) {}

    /**
     * Decides on every row. Pure.
     *
     * @param now the server's clock when the rows were read
     */
    public static CleanupPlan of(List<BackendRow> rows, Registry registry, CleanupRules rules, Instant now) {
        List<Decision> decisions =
                rows.stream().map(row -> decide(row, registry, rules, now)).toList();
        return new CleanupPlan(decisions);
    }

    /** Those to be ended, in the order of the rows. */
    public List<Decision> chosen() {
        return decisions.stream().filter(decision -> decision.reason().ends()).toList();
    }

    private static Decision decide(BackendRow row, Registry registry, CleanupRules rules, Instant now) {
        Duration limit = isInTransaction(row) ? rules.idleInTransactionLimit() : rules.idleLimit();
        CleanupReason reason = untouchable(row, registry)
                .or(() -> friend(row, registry))
                .or(() -> spared(row, registry, rules))
                .or(() -> working(row, limit, now))
                .orElseGet(() -> end(row, registry));
        return new Decision(row, reason, reason.ends() ? limit : Duration.ZERO);
    }

    /** Why not even an administrator may end it; empty if he may. */
    public static Optional<CleanupReason> untouchable(BackendRow row, Registry registry) {
        if (row.pid() == registry.ownPid()) {
            return Optional.of(CleanupReason.OWN_SESSION);
        }
        if (!row.database().equals(Optional.of(registry.ownDatabase()))) {
            return Optional.of(CleanupReason.OTHER_DATABASE);
        }
        if (row.backendType().equals(Optional.of("walsender"))) {
            return Optional.of(CleanupReason.REPLICATION);
        }
        if (row.backendType().filter(type -> !type.equals(CLIENT_BACKEND)).isPresent()) {
            return Optional.of(CleanupReason.NOT_A_CLIENT);
        }
        return row.superuser() ? Optional.of(CleanupReason.SUPERUSER) : Optional.empty();
    }

    /** Whether it is another pool instance's that may live: its lease, or a connection that may be lent there. */
    public static boolean mayBeLent(BackendRow row, Registry registry) {
        boolean namesIt = row.instance()
                .filter(instance -> instance != registry.ownInstance())
                .filter(instance -> !registry.neighbours().gone().contains(instance))
                .isPresent();
        return namesIt || isLentUnderAnotherName(row, registry) || isPerhapsLent(row, registry);
    }

    /** Of no tag, and a living pool does not say which ones it has lent. */
    private static boolean isPerhapsLent(BackendRow row, Registry registry) {
        return row.instance().isEmpty()
                && !registry.owns(row.backendStart())
                && registry.neighbours().mute();
    }

    private static boolean isLentUnderAnotherName(BackendRow row, Registry registry) {
        return row.instance().isEmpty() && registry.neighbours().lent().contains(row.pid());
    }

    private static Optional<CleanupReason> friend(BackendRow row, Registry registry) {
        if (registry.owns(row.backendStart()) || row.instance().equals(Optional.of(registry.ownInstance()))) {
            return Optional.of(CleanupReason.OWN_POOL);
        }
        if (registry.pooler() && row.user().equals(Optional.of(registry.ownRole()))) {
            return Optional.of(CleanupReason.BEHIND_POOLER);
        }
        boolean lives = row.instance()
                .filter(instance -> !registry.neighbours().silent().contains(instance))
                .isPresent();
        return lives || isLentUnderAnotherName(row, registry) ? Optional.of(CleanupReason.LIVE_POOL) : Optional.empty();
    }

    private static Optional<CleanupReason> spared(BackendRow row, Registry registry, CleanupRules rules) {
        if (row.user().filter(rules.allowedUsers()::contains).isPresent()) {
            return Optional.of(CleanupReason.ALLOWED_USER);
        }
        if (rules.allowsApplication(row.applicationName())) {
            return Optional.of(CleanupReason.ALLOWED_APPLICATION);
        }
        if (KNOWN_TOOLS.contains(row.applicationName())) {
            return Optional.of(CleanupReason.KNOWN_TOOL);
        }
        boolean inScope = switch (rules.scope()) {
            case OWN_ROLE -> row.user().equals(Optional.of(registry.ownRole()));
            case APPLICATION -> row.instance().isPresent();
            case DATABASE -> true;
        };
        return inScope ? Optional.empty() : Optional.of(CleanupReason.OUT_OF_SCOPE);
    }

    private static Optional<CleanupReason> working(BackendRow row, Duration limit, Instant now) {
        if (row.state().isEmpty()
                || row.stateChange().isEmpty()
                || row.backend().isEmpty()
                || row.backendType().isEmpty()
                || row.user().isEmpty()) {
            return Optional.of(CleanupReason.STATE_HIDDEN);
        }
        if (!isIdle(row) && !isInTransaction(row)) {
            return Optional.of(CleanupReason.ACTIVE);
        }
        if (limit.isZero()) {
            return Optional.of(CleanupReason.LIMIT_OFF);
        }
        boolean beyond = row.age(now).orElseThrow().compareTo(limit) > 0;
        return beyond ? Optional.empty() : Optional.of(CleanupReason.WITHIN_LIMIT);
    }

    private static CleanupReason end(BackendRow row, Registry registry) {
        if (row.instance().isPresent()) {
            boolean gone = registry.neighbours().gone().contains(row.instance().get());
            return gone ? CleanupReason.ORPHAN : CleanupReason.SUSPECT;
        }
        if (isPerhapsLent(row, registry)) {
            return CleanupReason.MAY_BE_LENT;
        }
        if (row.advisoryLock()) {
            return CleanupReason.ADVISORY_LOCK;
        }
        if (!registry.neighbours().abandoned().contains(row.backend().orElseThrow())) {
            return CleanupReason.SUSPECT;
        }
        return isIdle(row) ? CleanupReason.IDLE : CleanupReason.IDLE_IN_TRANSACTION;
    }

    private static boolean isIdle(BackendRow row) {
        return row.state().equals(Optional.of("idle"));
    }

    private static boolean isInTransaction(BackendRow row) {
        return row.state().filter(IN_TRANSACTION::contains).isPresent();
    }
}
