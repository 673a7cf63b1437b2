package com.terafy.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.bench.run.Bench;
import com.terafy.bench.run.Plan;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The benchmark itself works; how fast anything is, is not asserted. */
class BenchIT {

    private static Path path(String property) {
        return Path.of(System.getProperty(property));
    }

    @Test
    void everySourceIsMeasuredUnderEveryWorkloadItRuns() throws Exception {
        Table table = new Bench(path("bench.wildfly"), path("bench.base"), path("bench.ear"), path("bench.war"))
                .run(Plan.SHORT);

        for (Source source : Source.values()) {
            for (Workload workload : Workload.values()) {
                long measured = table.rounds().stream()
                        .filter(round -> round.source() == source && round.workload() == workload)
                        .filter(round -> round.operations() > 0 && round.p50Nanos() > 0 && round.perSecond() > 0)
                        .count();
                assertThat(measured)
                        .as("%s %s", source, workload)
                        .isEqualTo(source.runs(workload) && workload.runsHere() ? Plan.SHORT.rounds() : 0);
            }
        }
        long cells = Arrays.stream(Workload.values())
                .filter(Workload::runsHere)
                .mapToLong(workload -> Arrays.stream(Source.values())
                        .filter(source -> source.runs(workload))
                        .count())
                .sum();
        assertThat(table.text()
                        .lines()
                        .filter(line ->
                                line.matches(".*(\\d+\\.\\d+ +){3}\\d+ +\\d+\\.\\d+ +(\\d+|–)( +\\d+\\.\\d+){2}")))
                .hasSize((int) cells);
        assertThat(table.verdicts()).hasSize(Target.ALL.size()).doesNotContainValue(Verdict.NOT_MEASURED);
    }
}
