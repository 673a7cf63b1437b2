package com.terafy.monitor.audit;

import com.terafy.api.BackendCleanupOperations;
import com.terafy.api.text.Quoted;
import java.lang.System.Logger.Level;
import java.util.List;

/**
 * One line for every action of an administrator, whatever came of it, for every look at full query texts, and for both
 * where they were refused. What the backend cleanup does on his word it adds itself, backend by backend (TERAFY0420 and
 * following). Who asks for what the container refuses beforehand, such as without a login, is not known here.
 */
public final class AuditLog {

    private static final System.Logger LOG = System.getLogger(BackendCleanupOperations.AUDIT_LOG);

    private AuditLog() {}

    /**
     * TERAFY0501, INFO.
     *
     * @param action what was asked for, with its numbers; ours, not the client's text
     * @param who name of the administrator
     * @param why his reason
     * @param outcome what came of it, in a word
     * @param from address of his client, or of the proxy before this server
     */
    public static void action(String pool, String action, String who, String why, String outcome, String from) {
        LOG.log(
                Level.INFO,
                "TERAFY0501: Pool " + pool + ": " + action + " who=" + Quoted.of(who) + " why=" + Quoted.of(why)
                        + " outcome=" + outcome + " from=" + Quoted.of(from));
    }

    /**
     * TERAFY0502, INFO.
     *
     * @param filter what was asked for
     * @param pids whose texts were shown
     * @param from address of the client, or of the proxy before this server
     */
    public static void queryTexts(String pool, String who, String filter, List<Integer> pids, String from) {
        LOG.log(
                Level.INFO,
                "TERAFY0502: Pool " + pool + ": full query texts of " + pids.size() + " backends shown who="
                        + Quoted.of(who) + " filter=" + Quoted.of(filter) + " pids=" + pids + " from="
                        + Quoted.of(from));
    }

    /**
     * TERAFY0503, WARNING: somebody asked for what he did not get, and nothing was done.
     *
     * @param what method and path as they were asked for
     * @param who name of the user; empty if nobody is logged in
     * @param status the HTTP status he got
     * @param from address of the client, or of the proxy before this server
     */
    public static void refused(String pool, String what, String who, int status, String from) {
        LOG.log(
                Level.WARNING,
                "TERAFY0503: Pool " + pool + ": refused " + Quoted.of(what) + " who=" + Quoted.of(who) + " status="
                        + status + " from=" + Quoted.of(from));
    }
}
