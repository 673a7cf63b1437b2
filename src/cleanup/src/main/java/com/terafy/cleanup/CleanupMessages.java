package com.terafy.cleanup;

import com.terafy.api.FleetMember;
import com.terafy.api.FleetSummary;
import com.terafy.api.text.PoolNames;
import com.terafy.api.text.Quoted;
import com.terafy.cleanup.policy.BackendRow;
import com.terafy.cleanup.policy.CleanupPlan;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Every message of the backend cleanup: TERAFY04xx; those of the audit, TERAFY0420 to 0423, are in the package
 * {@link com.terafy.cleanup.history}. Ids are never reused.
 */
final class CleanupMessages {

    /** More pools than this are not named in a message. */
    private static final int MOST_NAMED = 20;

    private CleanupMessages() {}

    /** INFO. */
    static String started(String pool, CleanupSettings settings) {
        return message(
                "0401",
                pool,
                "backend cleanup runs every " + settings.interval() + " on "
                        + settings.rules().scope().text() + ": idle limit "
                        + limit(settings.rules().idleLimit())
                        + ", idle in transaction limit "
                        + limit(settings.rules().idleInTransactionLimit())
                        + (settings.rules().dryRun() ? ", dry run." : "."));
    }

    /** INFO. */
    static String switchedOff(String pool) {
        return message(
                "0402",
                pool,
                "backend cleanup is switched off (" + own(pool, "DB_CLEANUP_ENABLED") + "). The lease that protects"
                        + " this pool from the backend cleanup of other nodes is held all the same.");
    }

    /** INFO. */
    static String doneByAnother(String pool, String other) {
        return message(
                "0418",
                pool,
                "backend cleanup: the pool " + other + " does it for this database, by its settings; it is done once.");
    }

    /** The SQLException of an action. */
    static String notRunning(String pool) {
        return message("0419", pool, "backend cleanup: no pool of this name runs here.");
    }

    /** WARN, with the cause; only on going down. */
    static String failed(String pool, String what, Throwable cause) {
        return message(
                "0403",
                pool,
                "backend cleanup: " + what + " failed: " + withoutPeriod(cause)
                        + ". It is tried again at the next tick; further failures are logged at DEBUG.");
    }

    private static String withoutPeriod(Throwable cause) {
        String text = String.valueOf(cause.getMessage());
        return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    }

    /** INFO; only on coming back. */
    static String worksAgain(String pool, String what, long failures) {
        return message("0404", pool, "backend cleanup: " + what + " works again after " + failures + " failures.");
    }

    /** WARN, once. */
    static String notAllowed(String pool, String role, BackendRow row) {
        return message(
                "0405",
                pool,
                "backend cleanup: role " + Quoted.of(role) + " may not end backends of role "
                        + Quoted.of(row.user().orElse("")) + " (backend " + row.pid()
                        + "). The rest is cleaned. Grant it"
                        + " pg_signal_backend, or set " + own(pool, "DB_CLEANUP_SCOPE")
                        + " to own-role. This is said once.");
    }

    /** WARN, once. */
    static String statesHidden(String pool, String role, long backends) {
        return message(
                "0406",
                pool,
                "backend cleanup: the state of " + backends + " backends is hidden from role "
                        + Quoted.of(role)
                        + ", so they are spared. Grant it pg_read_all_stats, or set " + own(pool, "DB_CLEANUP_SCOPE")
                        + " to own-role. This is said once.");
    }

    /** The SQLException of an administrator's action. */
    static String busy(String pool, Duration waited) {
        return message(
                "0407",
                pool,
                "backend cleanup: another pass has not ended within " + waited + ". Try again in a moment.");
    }

    /** INFO where backends were chosen, DEBUG where none was. */
    static String passed(String pool, String who, long seen, long chosen, long ended) {
        return message(
                "0408",
                pool,
                "backend cleanup by " + Quoted.of(who) + ": " + seen + " backends seen, " + chosen
                        + " beyond the rules, " + ended + " ended.");
    }

    /** The exception that fails the deployment. */
    static String unreadableSetting(String pool, String name, String text, String wanted) {
        return message("0409", pool, own(pool, name) + " is " + Quoted.of(text) + ". Set it to " + wanted + ".");
    }

    /** DEBUG. */
    static String stillRunning(String pool) {
        return message("0412", pool, "backend cleanup: the previous pass is still running, this tick is skipped.");
    }

    /** WARN, with the cause. */
    static String notEnded(String pool, List<CleanupPlan.Decision> decisions, Throwable cause) {
        String pids = decisions.stream()
                .map(decision -> Integer.toString(decision.row().pid()))
                .collect(Collectors.joining(", "));
        return message(
                "0413", pool, "backend cleanup: could not end backend " + pids + ": " + withoutPeriod(cause) + ".");
    }

    /** WARN, once. */
    static String tooMany(String pool, int backends) {
        return message(
                "0414",
                pool,
                "backend cleanup: only " + backends + " backends are looked at in one pass." + " This is said once.");
    }

    /** WARN, once for each node. */
    static String otherRules(String pool, BackendRow lease, String own, String others) {
        return message(
                "0416",
                pool,
                "backend cleanup: the one of " + Quoted.of(lease.applicationName()) + " goes by other rules, "
                        + Quoted.of(others) + " there and " + Quoted.of(own)
                        + " here (scope, idle limit, idle in transaction limit, allow-lists, whether anything is ended)."
                        + " What one spares the other ends: set " + own(pool, "DB_CLEANUP_*")
                        + " alike on all nodes of the database.");
    }

    /** WARN, once for each change. */
    static String tooFewConnections(String pool, List<FleetMember> fleet, FleetSummary summary) {
        String named = fleet.stream()
                .limit(MOST_NAMED)
                .map(each -> Quoted.of(each.node() + "/" + each.pool()) + " of database " + Quoted.of(each.database())
                        + " " + each.max().map(String::valueOf).orElse("not told"))
                .collect(Collectors.joining(", "));
        String more = fleet.size() > MOST_NAMED ? ", and " + (fleet.size() - MOST_NAMED) + " more" : "";
        return message(
                "0417",
                pool,
                "all pools of the server may open " + summary.most() + " connections together, each DB_POOL_MAX and "
                        + FleetSummary.BESIDE + " beside, but PostgreSQL gives "
                        + summary.available().orElse(0) + " (max_connections less the reserved ones): " + named + more
                        + ". Whoever comes last is refused. Set "
                        + summary.poolMaxToFit()
                                .map(max -> "DB_POOL_MAX to at most " + max + " on each, or ")
                                .orElse("")
                        + "max_connections to at least "
                        + summary.maxConnectionsToFit().orElse(0) + ".");
    }

    /** The exception that fails the deployment. */
    static String notOurs(Throwable cause) {
        return "TERAFY0415: java:/TerafyDS is not Terafy's: " + cause.getMessage()
                + ". Remove the datasource that has taken the name, and deploy terafy.ear again.";
    }

    /** How the pool's own setting is written in the environment. */
    private static String own(String pool, String setting) {
        return PoolNames.variable(pool, setting);
    }

    private static String limit(Duration limit) {
        return limit.isZero() ? "off" : limit.toString();
    }

    private static String message(String id, String pool, String text) {
        return "TERAFY" + id + ": Pool " + pool + ": " + text;
    }
}
