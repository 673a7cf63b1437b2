package com.terafy.jmh;

import java.sql.Connection;
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

/** What an application's {@code getConnection} and {@code close} cost. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class Handles {

    private final Pool sharing = Pool.sharing();
    private final Pool lending = Pool.lending();

    /** A handle on a connection that is in use already: nothing is matched, nothing cleaned up. */
    @Benchmark
    public int openAndClose() throws SQLException {
        return use(sharing);
    }

    /** All of the adapter's part: match, check, handle, close, cleanup. The container's own part is not in it. */
    @Benchmark
    public int wholeBorrow() throws SQLException {
        return use(lending);
    }

    private static int use(Pool pool) throws SQLException {
        try (Connection connection = pool.dataSource.getConnection()) {
            return connection.hashCode();
        }
    }
}
