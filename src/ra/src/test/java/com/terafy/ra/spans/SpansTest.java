package com.terafy.ra.spans;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is told, and when, is tested where it is told: {@code TracingTest} in {@code spi}. */
class SpansTest {

    private static final String CLASS_PATH = System.getProperty("java.class.path");
    private static final String NAME = "io.opentelemetry";

    @Test
    void withoutOpenTelemetryNothingIsMadeAndNothingFails() throws Exception {
        String without = Arrays.stream(CLASS_PATH.split(File.pathSeparator))
                .filter(entry -> !entry.contains("opentelemetry"))
                .collect(Collectors.joining(File.pathSeparator));

        assertThat(saidIn(without, "waits")).isEqualTo("bytes each time 0");
    }

    @Test
    void whoDoesNotWaitTouchesNothingOfIt() throws Exception {
        assertThat(saidIn(CLASS_PATH))
                .contains("com.terafy.ra.spans.Spans ", "bytes each time 0")
                .doesNotContain("com.terafy.ra.spans.CurrentSpan", NAME);
    }

    @Test
    void whoWaitsLooksForASpan() throws Exception {
        assertThat(saidIn(CLASS_PATH, "waits")).contains(NAME + ".api.trace.Span ");
    }

    /** Also which classes were loaded, where it is on the class path. */
    private static String saidIn(String classPath, String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xint");
        if (classPath.equals(CLASS_PATH)) {
            command.add("-Xlog:class+load");
        }
        command.addAll(List.of("-cp", classPath, Telling.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said.strip();
    }
}
