package com.terafy.monitor.parameters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.terafy.monitor.problems.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodyTest {

    private static final List<String> MEMBERS = List.of("reason");

    private static String read(byte[] bytes) throws IOException {
        return Body.read(new ByteArrayInputStream(bytes), MEMBERS).text("reason", 300);
    }

    private static int status(byte[] bytes) {
        return catchThrowableOfType(ProblemException.class, () -> read(bytes))
                .problem()
                .status();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void whatIsAllowedIsRead() throws IOException {
        assertThat(read(utf8("{\"reason\":\"stuck since noon: \\u00e9\"}"))).isEqualTo("stuck since noon: é");
        assertThat(read(utf8("{\"reason\":\"\\u00a0?\\u200b\"}"))).isEqualTo("\u00a0?\u200b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``                              | 400",
                "{                               | 400",
                "nonsense                        | 400",
                "{\"reason\":\"a\"} {}           | 400",
                "[]                              | 422",
                "\"reason\"                      | 422",
                "{}                              | 422",
                "{\"reason\":null}               | 422",
                "{\"reason\":5}                  | 422",
                "{\"reason\":\" \"}              | 422",
                "{\"reason\":\"a\\nb\"}          | 422",
                "{\"reason\":\"\\u00a0\"}       | 422",
                "{\"reason\":\"\\u00a0\\u200b \\ufeff\\u2060\"} | 422",
                "{\"reason\":\"\\u3164\\u115f\\u2800\\u034f\\ufe0f\"} | 422",
                "{\"reason\":\"a\",\"reason\":\"b\"} | 400",
                "{\"reason\":\"a\",\"re\\u0061son\":\"a\"} | 400",
                "{\"reason\":\"a\",\"more\":{\"b\":1,\"b\":2}} | 400",
                "{\"reason\":\"a\",\"more\":\"b\"} | 422",
            })
    void whatIsWrongIsRefused(String body, int status) {
        assertThat(status(utf8(body))).isEqualTo(status);
    }

    @Test
    void hugeDeepAndBrokenOnesAreRefused() {
        assertThat(status(utf8("{\"reason\":\"" + "x".repeat(5000) + "\"}"))).isEqualTo(413);
        assertThat(status(utf8("{\"reason\":\"" + "x".repeat(301) + "\"}"))).isEqualTo(422);
        assertThat(status(utf8("[".repeat(4000)))).isEqualTo(400);
        assertThat(status(new byte[] {'{', (byte) 0xff, '}'})).isEqualTo(400);
    }

    @Test
    void aFlagMayBeLeftOutAndIsNothingButTrueOrFalse() throws IOException {
        assertThat(flag("{}")).isFalse();
        assertThat(flag("{\"confirmed\":false}")).isFalse();
        assertThat(flag("{\"confirmed\":true}")).isTrue();
        for (String other : List.of("\"true\"", "1", "null", "[]")) {
            assertThat(catchThrowableOfType(ProblemException.class, () -> flag("{\"confirmed\":" + other + "}"))
                            .problem()
                            .status())
                    .isEqualTo(422);
        }
    }

    @Test
    void anOptionalTextMayBeLeftOutAndIsNothingButAText() throws IOException {
        assertThat(optional("{}")).isEmpty();
        assertThat(optional("{\"state\":\"idle\"}")).contains("idle");
        for (String other : List.of("null", "1", "true", "\"\"", "\" \"", "\"a\\nb\"", "\"longer\"")) {
            assertThat(catchThrowableOfType(ProblemException.class, () -> optional("{\"state\":" + other + "}"))
                            .problem()
                            .status())
                    .as(other)
                    .isEqualTo(422);
        }
    }

    private static Optional<String> optional(String text) throws IOException {
        return Body.read(new ByteArrayInputStream(utf8(text)), List.of("state")).optionalText("state", 5);
    }

    private static boolean flag(String text) throws IOException {
        return Body.read(new ByteArrayInputStream(utf8(text)), List.of("confirmed"))
                .flag("confirmed");
    }

    @Test
    void noBytesMakeItFailOtherwise() throws IOException {
        Random random = new Random(9);
        String alphabet = "{}[]\":,reason\\u0 1.e-null\u0000é";
        for (int round = 0; round < 50_000; round++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "{\"reason\":" : "");
            for (int i = random.nextInt(20); i > 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                assertThat(read(utf8(text.toString()))).isNotBlank();
            } catch (ProblemException refused) {
                assertThat(refused.problem().status()).isIn(400, 422);
            }
        }
    }
}
