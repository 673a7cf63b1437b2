package com.terafy.cleanup.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.HistoryOutcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the flight recorder of the JDK gets to see of what is told to the audit. */
class FlightRecorderTest {

    @Test
    void anEndedBackendIsSeenAndNothingElseOfTheHistory(@TempDir Path directory) throws IOException {
        try (Recording recording = new Recording()) {
            recording.start();
            AuditDoor.tell("TerafyDS", Events.terminated(HistoryOutcome.ENDED).byTimer());
            AuditDoor.tell("TerafyDS", Events.flushed(3));
            recording.dump(directory.resolve("some.jfr"));
        }
        List<RecordedEvent> seen = RecordingFile.readAllEvents(directory.resolve("some.jfr")).stream()
                .filter(event -> event.getEventType().getName().startsWith("terafy."))
                .toList();
        assertThat(seen).hasSize(1);
        RecordedEvent ended = seen.get(0);
        assertThat(ended.getEventType().getName()).isEqualTo("terafy.BackendEnded");
        assertThat(List.of(
                        ended.getString("pool"),
                        ended.getString("rule"),
                        ended.getString("outcome"),
                        ended.getString("by"),
                        ended.getString("user"),
                        ended.getString("applicationName"),
                        ended.getString("state")))
                .containsExactly("TerafyDS", "IDLE", "ENDED", "timer", "terafy_app", "psql", "idle");
        assertThat(ended.getInt("pid")).isEqualTo(4711);
        assertThat(ended.getDuration("age")).isEqualTo(Duration.ofSeconds(301));
    }
}
