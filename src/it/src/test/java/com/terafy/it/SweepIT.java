package com.terafy.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The timeline of the sweep as pg_stat_activity shows it. The defaults, 4 minutes and 30 seconds, are scaled down to 10
 * and 2 seconds in arquillian.xml.
 */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class SweepIT {

    private static final int BURST = 9;
    private static final int MINIMUM = 2;
    private static final Duration IDLE_LIMIT = Duration.ofSeconds(10);
    private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(2);
    /** For a busy machine, and for closing. */
    private static final Duration SLACK = Duration.ofSeconds(3);

    private static final Duration POLL = Duration.ofMillis(100);

    @Deployment(name = "ear", order = 1, testable = false)
    static EnterpriseArchive ear() {
        return Archives.ear();
    }

    @Deployment(name = "probe", order = 2, testable = false)
    static WebArchive probe() {
        return Archives.probe();
    }

    /** How many backends there were, and when, after the burst was asked for. */
    private record Sample(Duration at, int backends) {}

    @RepeatedTest(3)
    void burstIsClosedAfterTheIdleLimitAndNeverBelowTheMinimum() throws InterruptedException {
        long asked = System.nanoTime();
        assertThat(Client.ofServer().hold(BURST)).hasSize(BURST).allMatch(line -> line.startsWith("pid "));
        Duration answered = Duration.ofNanos(System.nanoTime() - asked);

        List<Sample> timeline =
                timeline(asked, answered.plus(IDLE_LIMIT).plus(SWEEP_INTERVAL).plus(SLACK));

        assertThat(timeline).allMatch(sample -> sample.backends() >= MINIMUM, "never below the minimum");
        assertThat(timeline)
                .filteredOn(sample -> sample.at().compareTo(IDLE_LIMIT) < 0)
                .isNotEmpty()
                .allMatch(sample -> sample.backends() >= BURST, "nothing is closed before the idle limit");
        assertThat(timeline.get(timeline.size() - 1).backends()).isEqualTo(MINIMUM);
    }

    private static List<Sample> timeline(long start, Duration until) throws InterruptedException {
        List<Sample> samples = new ArrayList<>();
        Duration at = Duration.ZERO;
        while (at.compareTo(until) < 0) {
            int backends = PoolIT.pooled().size();
            at = Duration.ofNanos(System.nanoTime() - start);
            Sample sample = new Sample(at, backends);
            if (samples.isEmpty() || samples.get(samples.size() - 1).backends() != backends) {
                System.out.printf("%6.1f s: %d backends%n", at.toMillis() / 1000.0, backends);
            }
            samples.add(sample);
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
        return samples;
    }
}
