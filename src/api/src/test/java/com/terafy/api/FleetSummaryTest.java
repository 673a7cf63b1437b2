package com.terafy.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FleetSummaryTest {

    private static FleetMember pool(int instance, Optional<Integer> max) {
        Optional<Lease> lease =
                max.map(most -> new Lease(2, most, 2, 1, 0, Instant.EPOCH, Lease.NO_RULES, List.of(), false));
        return FleetMember.of(new PoolIdentity("node", "P", instance), "db", Optional.empty(), lease);
    }

    private static List<FleetMember> pools(Integer... max) {
        return IntStream.range(0, max.length)
                .mapToObj(i -> pool(i + 1, Optional.ofNullable(max[i])))
                .toList();
    }

    @Test
    void eachPoolCountsWithItsLeaseAndTheMonitoring() {
        FleetSummary fits = FleetSummary.of(pools(48, 45), 100, 3, false);
        assertThat(fits.most()).isEqualTo(97);
        assertThat(fits.available()).contains(97);
        assertThat(fits.exceeded()).contains(false);
        assertThat(fits.poolMaxToFit()).isEmpty();
        assertThat(fits.maxConnectionsToFit()).isEmpty();
    }

    @Test
    void whatIsTooMuchComesWithWhatWouldBeEnough() {
        FleetSummary over = FleetSummary.of(pools(48, 46), 100, 3, false);
        assertThat(over.exceeded()).contains(true);
        assertThat(over.poolMaxToFit()).contains(46);
        assertThat(over.maxConnectionsToFit()).contains(101);
        assertThat(FleetSummary.of(pools(46, 46), 100, 3, false).exceeded()).contains(false);
        assertThat(FleetSummary.of(pools(48, 46), 101, 3, false).exceeded()).contains(false);
    }

    @Test
    void whereAPoolDoesNotTellOnlyWhatIsCertainIsSaid() {
        FleetSummary unknown = FleetSummary.of(pools(10, null), 100, 3, false);
        assertThat(unknown.untold()).isEqualTo(1);
        assertThat(unknown.exceeded()).isEmpty();
        assertThat(FleetSummary.of(pools(96, null), 100, 3, false).exceeded()).contains(true);
    }

    @Test
    void whereNoMaximumWouldDoOnlyMaxConnectionsIsNamed() {
        FleetSummary over = FleetSummary.of(pools(5, 5), 8, 3, false);
        assertThat(over.poolMaxToFit()).isEmpty();
        assertThat(over.maxConnectionsToFit()).contains(17);
    }

    @Test
    void behindAPoolerNothingIsJudged() {
        FleetSummary pooled = FleetSummary.of(pools(500), 100, 3, true);
        assertThat(Arrays.asList(pooled.available(), pooled.exceeded(), pooled.maxConnectionsToFit()))
                .allMatch(Optional::isEmpty);
    }

    /** Anyone can set an application_name and say anything. */
    @Test
    void hugeMaximaDoNotOverflow() {
        FleetSummary huge = FleetSummary.of(pools(Integer.MAX_VALUE, Integer.MAX_VALUE), 100, 3, false);
        assertThat(huge.most()).isEqualTo(Integer.MAX_VALUE);
        assertThat(huge.exceeded()).contains(true);
    }
}
