package com.terafy.cleanup;

import com.terafy.api.BackendVerdict;
import com.terafy.api.CleanupReason;
import com.terafy.api.CleanupReport;
import com.terafy.api.CleanupStatus;
import com.terafy.api.FleetMember;
import com.terafy.api.FleetSummary;
import com.terafy.api.HistoryKind;
import com.terafy.api.Lease;
import com.terafy.api.PoolIdentity;
import com.terafy.api.PoolOperations;
import com.terafy.api.SeenBackend;
import com.terafy.api.TerminationOutcome;
import com.terafy.cleanup.database.Activity;
import com.terafy.cleanup.database.CleanupSession;
import com.terafy.cleanup.database.Termination;
import com.terafy.cleanup.policy.Backend;
import com.terafy.cleanup.policy.BackendRow;
import com.terafy.cleanup.policy.CleanupPlan;
import com.terafy.cleanup.policy.CleanupPlan.Decision;
import com.terafy.cleanup.policy.CleanupRules;
import com.terafy.cleanup.policy.Neighbours;
import com.terafy.cleanup.policy.Quiet;
import com.terafy.cleanup.policy.Registry;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** One look at the backends, and what is done on it. For one thread. */
final class Pass {

    private static final System.Logger LOG = System.getLogger(Pass.class.getName());

    /** In the audit log, where no rule but a person decided. */
    private static final String ADMINISTRATOR = "ADMINISTRATOR";

    /** Ended by one statement, which takes milliseconds: what happens between its check and its signals goes unseen. */
    private static final int TOGETHER = 50;

    private final PoolOperations pool;
    private final CleanupSession session;
    private final Request request;
    private final AuditLog audit;
    private final Activity activity;
    private final Memory memory;
    private final Neighbours neighbours;

    private Pass(PoolOperations pool, CleanupSession session, Request request, Activity activity, Memory memory) {
        this.pool = pool;
        this.session = session;
        this.request = request;
        this.audit = new AuditLog(pool.name(), request);
        this.activity = activity;
        this.memory = memory;
        int own = pool.identity().instance();
        Set<Quiet> quiet = Neighbours.quiet(activity.rows(), own, memory.absence(), activity.now());
        this.neighbours = Neighbours.of(activity.rows(), own, quiet, memory.lastingAfter(quiet), activity.now());
    }

    /** Reads the backends and who is who; one more look at who lives. */
    static Pass read(PoolOperations pool, CleanupSession session, Request request, Memory memory) throws SQLException {
        return new Pass(pool, session, request, Activity.read(session), memory);
    }

    /** The rules, where an operator may have changed meanwhile whether anything is ended. */
    CleanupRules current(CleanupRules rules) {
        String dry = pool.settings().get("DB_CLEANUP_DRY_RUN");
        return dry == null ? rules : rules.dryRun(Boolean.parseBoolean(dry));
    }

    /** What the rules say. Ends nothing. */
    CleanupPlan plan(CleanupRules rules) {
        return CleanupPlan.of(activity.rows(), registry(), rules, activity.now());
    }

    /** A report on a plan that is not executed. */
    CleanupReport planned(CleanupPlan plan) {
        List<BackendVerdict> verdicts = plan.decisions().stream()
                .map(decision -> verdict(decision, Optional.empty()))
                .toList();
        return new CleanupReport(CleanupStatus.PLANNED, activity.now(), request.who(), verdicts);
    }

    /** A report on a plan of a dry run, with a line in the audit log when a backend is first chosen. */
    CleanupReport rehearse(CleanupPlan plan) {
        for (Decision decision : memory.newlyChosen(plan.chosen())) {
            audit.wouldTerminate(decision.reason().name(), decision.row(), activity.now());
        }
        return planned(plan);
    }

    /**
     * Ends what the plan chose, each with a line in the audit log.
     *
     * @throws SQLException if the session broke; the rest is left to the next pass
     */
    CleanupReport execute(CleanupPlan plan) throws SQLException {
        Map<Decision, TerminationOutcome> outcomes = new LinkedHashMap<>();
        try {
            signal(plan.chosen(), outcomes);
        } finally {
            outcomes.forEach(this::tell);
        }
        List<BackendVerdict> verdicts = plan.decisions().stream()
                .map(decision -> verdict(decision, Optional.ofNullable(outcomes.get(decision))))
                .toList();
        return new CleanupReport(CleanupStatus.DONE, activity.now(), request.who(), verdicts);
    }

    /** All are signalled before any is waited for: a thousand take no longer to end than one. */
    private void signal(List<Decision> chosen, Map<Decision, TerminationOutcome> outcomes) throws SQLException {
        for (int from = 0; from < chosen.size(); from += TOGETHER) {
            end(chosen.subList(from, Math.min(from + TOGETHER, chosen.size())), outcomes);
        }
        Set<Backend> signalled = outcomes.entrySet().stream()
                .filter(each -> each.getValue() == TerminationOutcome.SIGNALLED)
                .map(each -> each.getKey().row().backend().orElseThrow())
                .collect(Collectors.toSet());
        Set<Backend> gone = termination().awaitGone(signalled);
        outcomes.replaceAll((decision, outcome) ->
                decision.row().backend().filter(gone::contains).isPresent() ? TerminationOutcome.ENDED : outcome);
    }

    /** Says once what the role's rights hide, and what the bound cuts off. */
    void tellLimits(CleanupPlan plan) {
        long hidden = plan.decisions().stream()
                .filter(decision -> decision.reason() == CleanupReason.STATE_HIDDEN)
                .count();
        if (hidden > 0 && memory.isFirst(Memory.Once.STATES_HIDDEN)) {
            LOG.log(Level.WARNING, CleanupMessages.statesHidden(pool.name(), session.role(), hidden));
        }
        if (activity.rows().size() == Activity.MOST_BACKENDS && memory.isFirst(Memory.Once.TOO_MANY)) {
            LOG.log(Level.WARNING, CleanupMessages.tooMany(pool.name(), Activity.MOST_BACKENDS));
        }
    }

    /** Says once of each node whose cleanup goes by other rules. */
    void tellOtherRules() {
        String own = Lease.rules(pool.settings());
        for (BackendRow row : activity.rows()) {
            Optional<String> others = row.lease().map(Lease::rules).filter(rules -> !rules.equals(own));
            if (others.filter(rules -> !rules.equals(Lease.NO_RULES)).isPresent()
                    && memory.isNewWithOtherRules(row.instance().orElseThrow())) {
                LOG.log(Level.WARNING, CleanupMessages.otherRules(pool.name(), row, own, others.get()));
            }
        }
    }

    /** Says, once for each change, that the server does not give what all pools on it may want together. */
    void tellFleet() {
        PoolIdentity own = pool.identity();
        Optional<Integer> max =
                Optional.ofNullable(pool.settings().get("DB_POOL_MAX")).map(Integer::valueOf);
        List<FleetMember> fleet = activity.fleet().stream()
                .map(member -> member.is(own) ? max.map(member::withMax).orElse(member) : member)
                .toList();
        FleetSummary summary = FleetSummary.of(fleet, activity.maxConnections(), activity.reserved(), isBehindPooler());
        if (summary.exceeded().isEmpty()) {
            return; // some do not tell
        }
        String text = summary.exceeded().get() ? CleanupMessages.tooFewConnections(pool.name(), fleet, summary) : "";
        if (memory.isNewOfTheFleet(text)) {
            LOG.log(Level.WARNING, text);
        }
    }

    private boolean isBehindPooler() {
        return !pool.settings().getOrDefault("DB_POOLER", "none").equals("none");
    }

    /** Ends a backend on an administrator's word, one of another pool that may live only if he has confirmed it. */
    TerminationOutcome terminate(SeenBackend seen, boolean confirmed) throws SQLException {
        Backend backend = new Backend(seen.pid(), seen.backendStart());
        Optional<BackendRow> row = find(backend);
        if (row.isEmpty()) {
            audit.notFound(HistoryKind.TERMINATE, ADMINISTRATOR, backend);
            return TerminationOutcome.GONE_OR_CHANGED;
        }
        TerminationOutcome outcome = TerminationOutcome.FAILED;
        try {
            outcome = terminate(row.get(), seen, confirmed);
        } finally {
            audit.terminated(ADMINISTRATOR, row.get(), activity.now(), outcome);
        }
        return outcome;
    }

    private TerminationOutcome terminate(BackendRow row, SeenBackend seen, boolean confirmed) throws SQLException {
        if (isUntouchable(row)) {
            return TerminationOutcome.PROTECTED;
        }
        return CleanupPlan.mayBeLent(row, registry()) && !confirmed
                ? TerminationOutcome.NEEDS_CONFIRMATION
                : termination().end(seen);
    }

    /** Cancels what a backend runs, on an administrator's word. */
    TerminationOutcome cancel(SeenBackend seen) throws SQLException {
        Backend backend = new Backend(seen.pid(), seen.backendStart());
        Optional<BackendRow> row = find(backend);
        if (row.isEmpty()) {
            audit.notFound(HistoryKind.CANCEL, ADMINISTRATOR, backend);
            return TerminationOutcome.GONE_OR_CHANGED;
        }
        TerminationOutcome outcome = TerminationOutcome.FAILED;
        try {
            outcome = isUntouchable(row.get())
                    ? TerminationOutcome.PROTECTED
                    : termination().cancel(seen);
        } finally {
            audit.cancelled(ADMINISTRATOR, row.get(), activity.now(), outcome);
        }
        return outcome;
    }

    private void tell(Decision decision, TerminationOutcome outcome) {
        audit.terminated(decision.reason().name(), decision.row(), activity.now(), outcome);
        if (outcome == TerminationOutcome.NOT_ALLOWED && memory.isFirst(Memory.Once.NOT_ALLOWED)) {
            LOG.log(Level.WARNING, CleanupMessages.notAllowed(pool.name(), session.role(), decision.row()));
        }
    }

    private void end(List<Decision> some, Map<Decision, TerminationOutcome> outcomes) throws SQLException {
        Registry now = registry();
        List<Decision> foreign = some.stream() // the pool may have opened one of them since the plan was made
                .filter(decision -> !now.owns(decision.row().backendStart()))
                .toList();
        some.forEach(decision -> outcomes.put(decision, TerminationOutcome.GONE_OR_CHANGED));
        foreign.forEach(decision -> outcomes.put(decision, TerminationOutcome.FAILED));
        try {
            outcomes.putAll(termination().endIfUnchanged(foreign));
        } catch (SQLException failed) {
            if (!session.isAlive()) {
                throw failed;
            }
            LOG.log(Level.WARNING, CleanupMessages.notEnded(pool.name(), foreign, failed), failed);
        }
    }

    private Termination termination() {
        return new Termination(session, memory.absence().silence());
    }

    private boolean isUntouchable(BackendRow row) {
        return CleanupPlan.untouchable(row, registry()).isPresent();
    }

    private Optional<BackendRow> find(Backend backend) {
        return activity.rows().stream()
                .filter(row -> row.backend().equals(Optional.of(backend)))
                .findFirst();
    }

    private Registry registry() {
        return new Registry(
                session.pid(),
                session.role(),
                session.database(),
                pool.identity().instance(),
                ownBackends(),
                neighbours,
                isBehindPooler());
    }

    private Set<Backend> ownBackends() {
        return pool.connections().stream()
                .map(connection -> new Backend(connection.backendPid(), connection.backendStart()))
                .collect(Collectors.toSet());
    }

    private BackendVerdict verdict(Decision decision, Optional<TerminationOutcome> outcome) {
        BackendRow row = decision.row();
        return new BackendVerdict(
                row.pid(),
                row.backendStart(),
                row.user(),
                row.applicationName(),
                row.clientAddress(),
                row.state(),
                row.age(activity.now()),
                decision.reason(),
                outcome);
    }
}
