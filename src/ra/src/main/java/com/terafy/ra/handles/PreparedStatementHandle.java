package com.terafy.ra.handles;

import com.terafy.delegates.GenerateDelegate;
import com.terafy.delegates.GenerateDelegate.Hook;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

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

    @Override
    public final void setArray(int parameter, @Nullable Array array) throws SQLException {
        super.setArray(parameter, (Array) ArrayHandle.unwrapped(array));
    }

    @Override
    public final void setObject(int parameter, @Nullable Object value) throws SQLException {
        super.setObject(parameter, ArrayHandle.unwrapped(value));
    }
}
