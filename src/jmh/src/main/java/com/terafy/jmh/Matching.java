package com.terafy.jmh;

import com.terafy.ra.liveness.Liveness;
import com.terafy.ra.spi.TerafyManagedConnectionFactory;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ManagedConnection;
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
 * A managed connection is matched, a session is bound to it, with the check that it is alive, and goes back at the
 * cleanup. All together, because none can be repeated without the others.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class Matching {

    private final TerafyManagedConnectionFactory factory = Pool.newFactory();
    private final ManagedConnection connection = Pool.open(factory, false);
    private final Set<ManagedConnection> idle = Set.of(connection);

    /** Nearly always the session was seen alive just now, and is not looked at. */
    @Benchmark
    public ManagedConnection fresh() throws ResourceException {
        return matchAndCleanUp();
    }

    /** Its socket is looked at every time; subtract the {@link Liveness#FRESH 50 µs} that this waits. */
    @Benchmark
    public ManagedConnection lookedAt() throws ResourceException {
        long pause = System.nanoTime() + Liveness.FRESH.toNanos();
        while (System.nanoTime() < pause) {
            Thread.onSpinWait();
        }
        return matchAndCleanUp();
    }

    private ManagedConnection matchAndCleanUp() throws ResourceException {
        ManagedConnection matched = factory.matchManagedConnections(idle, null, null);
        if (matched == null) {
            throw new ResourceException("The connection was not matched");
        }
        matched.getConnection(null, null);
        matched.cleanup();
        return matched;
    }
}
