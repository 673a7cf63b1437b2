package com.terafy.ra.connect;

import com.terafy.pool.settings.PoolSettings;
import com.terafy.ra.Messages;
import java.sql.SQLException;

/** A pooler stands between here and the server, and the settings do not say so. The message says what to set. */
public final class UndeclaredPoolerException extends SQLException {

    private static final long serialVersionUID = 1L;

    UndeclaredPoolerException(PoolSettings settings) {
        super(Messages.undeclaredPooler(settings), "55000");
    }
}
