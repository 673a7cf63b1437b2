package com.terafy.it.switchover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.terafy.it.Archives;
import com.terafy.testkit.PatroniCluster;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The short form of {@link SwitchoverRun}: a planned switchover, a crash of the primary and its return, through Terafy's
 * pools. Where the machine has no cluster, it says so and runs nothing.
 */
@Tag("unchanged-server")
class SwitchoverIT {

    /** Tells it where nobody can overlook it: a build without this test looks like one with it. */
    private static void notRun(String reason) {
        String line = "*".repeat(110);
        System.err.println(line + "\nSwitchoverIT WAS NOT RUN: no switchover of a real cluster is tested. " + reason
                + "\n" + line);
        abort(reason);
    }

    @Test
    void aPlannedSwitchoverFailsNothingAndACrashOnlyWhatWasInFlight() {
        String lacking = PatroniCluster.lacking();
        if (!lacking.isEmpty()) {
            notRun(lacking);
        }
        Set<Peer> terafy = EnumSet.range(Peer.PAUSED, Peer.RETRIED);
        try (SwitchoverStage stage = new SwitchoverStage(
                Path.of(System.getProperty("it.wildfly")),
                Path.of(System.getProperty("it.base")).resolveSibling("switchover"),
                Archives.earFile(),
                EnumSet.of(Way.LIST),
                terafy)) {
            SwitchoverRun run = new SwitchoverRun(stage, terafy);

            run.brief();

            System.out.println(run.table());
            assertThat(run.table().missed()).isEmpty();
        }
    }
}
