package com.terafy.monitor.audit;

import com.terafy.api.BackendCleanupOperations;
import com.terafy.api.text.Quoted;
import java.lang.System.Logger.Level;

/**
 * One line for every action of an administrator, whatever came of it, and for every look at full query texts. What the
 * backend cleanup does on his word it adds itself, backend by backend (TERAFY0420 and following).
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
     */
    public static void action(String pool, String action, String who, String why, String outcome) {
        LOG.log(
                Level.INFO,
                "TERAFY0501: Pool " + pool + ": " + action + " who=" + Quoted.of(who) + " why=" + Quoted.of(why)
                        + " outcome=" + outcome);
    }

    /** TERAFY0502, INFO. */
    public static void queryTexts(String pool, String who, int backends) {
        LOG.log(
                Level.INFO,
                "TERAFY0502: Pool " + pool + ": full query texts of " + backends + " backends shown who="
                        + Quoted.of(who));
    }
}
