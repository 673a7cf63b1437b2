package com.terafy.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the example run says. */
class ExampleRunTest {

    @Test
    void aLongAnswerIsCutAtAComma() {
        String json = "{\"at\":\"now\",\"server\":{\"maxConnections\":200},\"users\":[" + "\"terafy_app\",".repeat(20)
                + "1]}";
        assertThat(Excerpt.of(json, "\"server\""))
                .startsWith("... \"server\":{\"maxConnections\":200},")
                .endsWith("\"terafy_app\", ...")
                .hasSizeLessThanOrEqualTo(110);
    }

    @Test
    void aShortAnswerIsShownWhole() {
        assertThat(Excerpt.of("{\"state\":\"up\"}\n", "{")).isEqualTo("{\"state\":\"up\"}");
        assertThat(Excerpt.of("{\"state\":\"up\"}", "\"server\"")).isEqualTo("{\"state\":\"up\"}");
    }

    @Test
    void whatHasNoCommaIsCutAll() {
        assertThat(Excerpt.of("x".repeat(300), "x")).hasSize(104).endsWith("x ...");
    }

    @Test
    void progressIsToldEveryFiveSeconds() {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        StartProgress progress = new StartProgress(new PrintStream(said, true, StandardCharsets.UTF_8));
        for (int tenths = 0; tenths < 120; tenths++) {
            progress.accept(Duration.ofMillis(tenths * 100L));
        }
        assertThat(said.toString(StandardCharsets.UTF_8).lines()).containsExactly("  5 s", "  10 s");
    }
}
