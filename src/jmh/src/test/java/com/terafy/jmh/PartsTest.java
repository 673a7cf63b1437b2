package com.terafy.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The benchmarks work; what anything costs is not asserted. */
class PartsTest {

    @Test
    void everyPartIsMeasured() throws RunnerException {
        System.setProperty("jmh.ignoreLock", "true"); // it is one for the whole machine

        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include("com\\.terafy\\.jmh\\..*")
                        .forks(0)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .measurementTime(TimeValue.milliseconds(20))
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();

        assertThat(results)
                .extracting(result -> result.getParams().getBenchmark().replace("com.terafy.jmh.", ""))
                .containsExactlyInAnyOrder(
                        "Matching.fresh",
                        "Matching.lookedAt",
                        "PoolUse.borrowAndGiveBack",
                        "PoolUse.borrowAndGiveBackWithStack",
                        "Handles.openAndClose",
                        "Handles.wholeBorrow",
                        "Recorded.wholeBorrow",
                        "Recorded.wholeBorrow",
                        "Recorded.wholeBorrow",
                        "ResultSets.getInt",
                        "ResultSets.getIntOfDriver",
                        "ResultSets.getString",
                        "ResultSets.getStringOfDriver");
        assertThat(results)
                .allSatisfy(result ->
                        assertThat(result.getPrimaryResult().getScore()).isPositive());
    }
}
