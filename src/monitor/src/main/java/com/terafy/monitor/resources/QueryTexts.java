package com.terafy.monitor.resources;

import com.terafy.monitor.audit.Audit;
import com.terafy.monitor.backends.Backend;
import com.terafy.monitor.parameters.Parameter;
import com.terafy.monitor.problems.ProblemCode;
import com.terafy.monitor.problems.ProblemException;
import com.terafy.monitor.snapshot.Snapshot;
import com.terafy.monitor.web.Roles;
import jakarta.ws.rs.core.SecurityContext;
import java.util.List;
import java.util.Optional;

/** Query texts in full: who may see them, and that he has. */
final class QueryTexts {

    private QueryTexts() {}

    /**
     * Whether they are asked for.
     *
     * @throws ProblemException if they are, by somebody without the role
     */
    static boolean areAskedFor(Asked asked, SecurityContext security) {
        boolean full = asked.arguments().text(Parameter.QUERY).equals(Optional.of("full"));
        if (full && !security.isUserInRole(Roles.QUERY)) {
            throw new ProblemException(
                    ProblemCode.FORBIDDEN, "Full query texts need the role " + Roles.QUERY + " as well.");
        }
        return full;
    }

    /** These backends with their texts, in full only for who may see them so. */
    static List<Backend> of(Snapshot snapshot, List<Backend> untold, boolean full) {
        return full ? snapshot.backends().inFull(untold) : snapshot.backends().redacted(untold);
    }

    /** Tells that these were shown in full. */
    static void audit(Audit audit, String pool, Asked asked, SecurityContext security, List<Backend> shown) {
        audit.queryTexts(
                pool,
                asked.requestWithoutReason(security),
                asked.arguments().written(),
                shown.stream().map(Backend::pid).toList());
    }
}
