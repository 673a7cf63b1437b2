package com.terafy.ra.spi;

import com.terafy.api.RetryCause;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A borrower's time was over before there was a connection for it. */
final class BorrowTimeout extends SQLTransientConnectionException {

    private static final long serialVersionUID = 1L;

    private final @Nullable RetryCause reason;

    private BorrowTimeout(String message, @Nullable SQLException cause, @Nullable RetryCause reason) {
        super(message, "08001", cause);
        this.reason = reason;
    }

    /** The server gave none. */
    static BorrowTimeout inOutage(String message, SQLException last) {
        return new BorrowTimeout(message, last, RetryCause.SESSION_LOST);
    }

    static BorrowTimeout inPause(String message) {
        return new BorrowTimeout(message, null, RetryCause.PAUSE);
    }

    /** Others have them all; to ask again at once would only lengthen the queue. */
    static BorrowTimeout amongOthers(String message) {
        return new BorrowTimeout(message, null, null);
    }

    /** For what it may be tried again, if for anything. */
    Optional<RetryCause> reason() {
        return Optional.ofNullable(reason);
    }
}
