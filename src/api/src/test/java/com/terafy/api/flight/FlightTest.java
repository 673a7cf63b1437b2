package com.terafy.api.flight;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.Event;
import jdk.jfr.EventType;
import jdk.jfr.Recording;
import jdk.jfr.ValueDescriptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is recorded is tested where it is told: {@code FlightRecorderTest} in src/ra and in src/cleanup. */
class FlightTest {

    /** Not even by the interpreter, which makes what a compiler would find to be of no use. */
    @Test
    void whileNobodyHasRecordedNothingIsMadeNotEvenTheRecorder() throws Exception {
        assertThat(saidIn(List.of("-Xint"))).isEqualTo("told false, bytes each time 0, recorder false");
    }

    @Test
    void withoutAFlightRecorderInTheJvmNothingFails() throws Exception {
        assertThat(saidIn(List.of("--limit-modules", "java.base,java.sql,java.management"), "limited"))
                .isEqualTo("told without a recorder");
    }

    private static String saidIn(List<String> options, String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), NothingRecorded.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said.strip();
    }

    @Test
    void whatIsNotEnabledIsNotMade() {
        try (Recording recording = new Recording()) {
            recording.enable("terafy.Borrow");
            recording.disable("terafy.Sweep");
            recording.start();

            assertThat(Flight.borrow()).isNotNull();
            assertThat(Flight.sweep()).isNull();
        }
        assertThat(Flight.borrow()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                BorrowEvent.class,
                LoginEvent.class,
                EvictionEvent.class,
                SessionResetEvent.class,
                LeakEvent.class,
                SweepEvent.class,
                BackendEndedEvent.class
            })
    void everyEventAndEveryFieldIsDescribed(Class<? extends Event> type) {
        EventType event = EventType.getEventType(type);
        assertThat(event.getName()).isEqualTo("terafy." + type.getSimpleName().replace("Event", ""));
        assertThat(event.getCategoryNames()).containsExactly("Terafy");
        assertThat(event.getLabel()).isNotBlank();
        assertThat(event.getDescription()).isNotBlank();
        assertThat(event.getFields()).extracting(ValueDescriptor::getLabel).doesNotContainNull();
    }
}
