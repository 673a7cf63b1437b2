package com.terafy.ra.handles;

import com.terafy.delegates.GenerateDelegate;
import com.terafy.delegates.GenerateDelegate.Hook;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The application's prepared statement; keeps its text for {@link HandleOwner#executing}. */
@GenerateDelegate(
        name = "PreparedStatementDelegate",
        superclass = StatementHandle.class,
        driver = PreparedStatement.class,
        of = PreparedStatement.class,
        inherited = Statement.class,
        wrapped = ResultSet.class,
        hooks = @Hook(methods = "execute", before = "executing", after = "executed"))
class PreparedStatementHandle extends PreparedStatementDelegate {

    private final String sql;

    PreparedStatementHandle(ConnectionHandle connection, String sql, PreparedStatement driver) {
        super(connection, driver);
        this.sql = sql;
    }

    @Override
    final void executing() throws SQLException {
        executing(sql);
    }
}
