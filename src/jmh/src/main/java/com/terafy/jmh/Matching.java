package com.terafy.jmh;

import com.terafy.ra.spi.TerafyManagedConnectionFactory;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ManagedConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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

/**
 * An idle connection is matched, with the check that it is alive, and cleaned up for the next borrower. Both together,
 * because neither can be repeated without the other.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class Matching {

    /** Enough that each was last seen alive longer ago than the check lets pass for fresh (50 µs). */
    private static final int MANY = 100;

    private final TerafyManagedConnectionFactory factory = Pool.newFactory();
    private final List<Set<ManagedConnection>> idle = new ArrayList<>();
    private int next;

    /** Opens the connections. */
    public Matching() {
        for (int i = 0; i < MANY; i++) {
            idle.add(Set.of(Pool.open(factory, true)));
        }
    }

    /** Nearly always the connection was seen alive just now, and is not looked at. */
    @Benchmark
    public ManagedConnection fresh() throws ResourceException {
        return matchAndCleanUp(0);
    }

    /** Its socket is looked at every time. */
    @Benchmark
    public ManagedConnection lookedAt() throws ResourceException {
        next = (next + 1) % MANY;
        return matchAndCleanUp(next);
    }

    private ManagedConnection matchAndCleanUp(int index) throws ResourceException {
        ManagedConnection matched = factory.matchManagedConnections(idle.get(index), null, null);
        if (matched == null) {
            throw new ResourceException("The connection was not matched");
        }
        matched.cleanup();
        return matched;
    }
}
