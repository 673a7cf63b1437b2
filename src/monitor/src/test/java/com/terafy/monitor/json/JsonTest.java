package com.terafy.monitor.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import jakarta.json.JsonReader;
import java.io.StringReader;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonTest {

    enum Colour {
        DARK_RED
    }

    record Inner(Optional<String> missing, Optional<Long> there) {}

    record Outer(
            String text,
            int number,
            boolean flag,
            Colour class_,
            Instant at,
            Duration took,
            List<Inner> list,
            Map<String, Integer> map) {}

    @Test
    void aRecordIsAnObject() {
        Outer outer = new Outer(
                "a\"b\\c<\n\u0001",
                -5,
                true,
                Colour.DARK_RED,
                Instant.parse("2026-01-02T03:04:05.123456Z"),
                Duration.ofMillis(1500),
                List.of(new Inner(Optional.empty(), Optional.of(7L))),
                Map.of("x", 1));
        assertThat(Json.write(outer))
                .isEqualTo("{\"text\":\"a\\\"b\\\\c\\u003c\\n\\u0001\",\"number\":-5,\"flag\":true,"
                        + "\"class\":\"dark-red\",\"at\":\"2026-01-02T03:04:05.123456Z\",\"took\":1.5,"
                        + "\"list\":[{\"there\":7}],\"map\":{\"x\":1}}");
    }

    @Test
    void aFractionIsWrittenPlainly() {
        assertThat(Json.write(List.of(0.0, 183.4, 1e9, 0.001))).isEqualTo("[0,183.4,1000000000,0.001]");
        assertThatIllegalArgumentException().isThrownBy(() -> Json.write(Double.NaN));
    }

    @Test
    void emptyOnesAreEmpty() {
        assertThat(Json.write(List.of())).isEqualTo("[]");
        assertThat(Json.write(Map.of())).isEqualTo("{}");
        assertThat(Json.write(new Inner(Optional.empty(), Optional.empty()))).isEqualTo("{}");
    }

    @Test
    void whatHasNoRuleIsNotWritten() {
        assertThatIllegalArgumentException().isThrownBy(() -> Json.write(new StringReader("")));
    }

    @Test
    void everyTextComesBack() {
        Random random = new Random(11);
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(10); i > 0; i--) {
                text.append((char) random.nextInt(random.nextBoolean() ? 0x100 : 0x10000));
            }
            try (JsonReader reader =
                    jakarta.json.Json.createReader(new StringReader(Json.write(List.of(text.toString()))))) {
                String back = reader.readArray().getString(0);
                String lone = text.codePoints()
                        .map(c -> c >= 0xd800 && c <= 0xdfff ? 0xfffd : c)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
                assertThat(back).isEqualTo(lone);
            }
        }
    }
}
