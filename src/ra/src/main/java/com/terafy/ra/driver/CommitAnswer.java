package com.terafy.ra.driver;

import java.sql.SQLWarning;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.ResultHandlerBase;

/**
 * What the server said to a COMMIT: the tag of its CommandComplete, whatever came behind it. A server that is shut down while it
 * commits says COMMIT and then that it ends the session.
 */
public final class CommitAnswer extends ResultHandlerBase {

    private @Nullable String tag;

    @Override
    public void handleCommandStatus(String status, long updateCount, long insertedOid) {
        tag = status;
    }

    @Override
    public void handleWarning(SQLWarning warning) {
        // as without a policy: a commit that is not on the standby yet is one
    }

    /** True if the server has committed. */
    public boolean saysCommitted() {
        return "COMMIT".equals(tag);
    }

    /** True if the server has rolled back instead. */
    public boolean saysRolledBack() {
        return "ROLLBACK".equals(tag);
    }
}
