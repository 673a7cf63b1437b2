package com.terafy.jmh;

import com.terafy.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One cell of a row that was read already, through the adapter's ResultSet and the driver's own. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class ResultSets {

    private static final String SQL = "SELECT 4711, 'a short text'";

    private final ResultSet delegate = row(Pool.lending().dataSource::getConnection);
    private final ResultSet driver = row(TestPostgres.shared()::superuser);

    private interface Opening {
        Connection open() throws SQLException;
    }

    private static ResultSet row(Opening opening) {
        try {
            ResultSet row = opening.open().createStatement().executeQuery(SQL);
            row.next();
            return row;
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Benchmark
    public int getInt() throws SQLException {
        return delegate.getInt(1);
    }

    @Benchmark
    public int getIntOfDriver() throws SQLException {
        return driver.getInt(1);
    }

    @Benchmark
    public String getString() throws SQLException {
        return delegate.getString(2);
    }

    @Benchmark
    public String getStringOfDriver() throws SQLException {
        return driver.getString(2);
    }
}
