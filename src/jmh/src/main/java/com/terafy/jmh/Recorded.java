package com.terafy.jmh;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.text.ParseException;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What the flight recorder's events add to {@link Handles#wholeBorrow}. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class Recorded {

    /** No recording; the JDK's default one, with our events as they come; and one that is told of every borrow. */
    @Param({"none", "default", "everyBorrow"})
    public String recording = "none";

    private final Pool lending = Pool.lending();
    private @Nullable Recording running;

    /** Begins the recording. */
    @Setup
    public void begin() throws IOException, ParseException {
        if (recording.equals("none")) {
            return;
        }
        Recording begun = new Recording(Configuration.getConfiguration("default"));
        if (recording.equals("everyBorrow")) {
            begun.enable("terafy.Borrow").withoutThreshold();
        }
        begun.start();
        running = begun;
    }

    /** Drops it. */
    @TearDown
    public void end() {
        if (running != null) {
            running.close();
        }
    }

    /** As {@link Handles#wholeBorrow}. */
    @Benchmark
    public int wholeBorrow() throws SQLException {
        try (Connection connection = lending.dataSource.getConnection()) {
            return connection.hashCode();
        }
    }
}
