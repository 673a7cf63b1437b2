package com.terafy.monitor.parameters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.terafy.monitor.problems.Problem;
import com.terafy.monitor.problems.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ArgumentsTest {

    private static final Set<Parameter> ACCEPTED = EnumSet.of(
            Parameter.USER,
            Parameter.CLIENT,
            Parameter.AFTER,
            Parameter.STATE,
            Parameter.CLASS,
            Parameter.MIN_IDLE,
            Parameter.SORT,
            Parameter.LIMIT,
            Parameter.QUERY);

    private static Problem problem(Map<String, List<String>> given) {
        return catchThrowableOfType(ProblemException.class, () -> Arguments.of(given, ACCEPTED))
                .problem();
    }

    @Test
    void whatIsAllowedIsThere() {
        Arguments arguments = Arguments.of(
                Map.of(
                        "user",
                        List.of("ana"),
                        "minIdle",
                        List.of("5m"),
                        "limit",
                        List.of("7"),
                        "state",
                        List.of("idle", "active")),
                ACCEPTED);
        assertThat(arguments.text(Parameter.USER)).contains("ana");
        assertThat(arguments.span(Parameter.MIN_IDLE)).contains(Duration.ofMinutes(5));
        assertThat(arguments.whole(Parameter.LIMIT, 200)).isEqualTo(7);
        assertThat(arguments.all(Parameter.STATE)).containsExactly("idle", "active");
        assertThat(arguments.text(Parameter.SORT)).isEmpty();
    }

    @Test
    void anUnknownOneIsNamedWithThoseThatThereAre() {
        Problem problem = problem(Map.of("usr", List.of("ana")));
        assertThat(problem.status()).isEqualTo(422);
        assertThat(problem.parameter()).contains("usr");
        assertThat(problem.allowed().orElseThrow()).contains("user", "minIdle", "limit");
    }

    @Test
    void aWrongValueIsNamedWithWhatIsAllowed() {
        Problem problem = problem(Map.of("limit", List.of("1001")));
        assertThat(problem.parameter()).contains("limit");
        assertThat(problem.allowed()).contains(List.of("1 to 1000"));
    }

    @Test
    void timesAndIdsOfTheHistory() {
        Set<Parameter> accepted = EnumSet.of(Parameter.SINCE, Parameter.BEFORE);
        Arguments arguments = Arguments.of(Map.of("since", List.of("2026-03-02T12:00:00+01:00")), accepted);
        assertThat(arguments.time(Parameter.SINCE)).contains(Instant.parse("2026-03-02T11:00:00Z"));
        assertThat(arguments.time(Parameter.UNTIL)).isEmpty();
        for (String wrong : List.of(
                "yesterday", "2026-03-02", "2026-03-02T12:00:00", "-0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z")) {
            assertThat(Parameter.SINCE.rule().permits(wrong)).as(wrong).isFalse();
        }
        assertThat(Parameter.BEFORE.rule().permits("0123456789abcdef".repeat(2)))
                .isTrue();
        for (String wrong : List.of("", "1", "g".repeat(32), "A".repeat(32), "0".repeat(33), "0".repeat(32) + "\n")) {
            assertThat(Parameter.BEFORE.rule().permits(wrong)).as(wrong).isFalse();
        }
    }

    @Test
    void anAddressIsOneInFigures() {
        for (String address : List.of("10.0.0.7", "::1", "2001:db8::7", "::ffff:10.0.0.7", "FE80::1")) {
            assertThat(Arguments.of(Map.of("client", List.of(address)), ACCEPTED)
                            .text(Parameter.CLIENT))
                    .contains(address);
        }
        for (String other : List.of("localhost", "10.0.0", "10.0.0.7.8", "10.0.0.7/8", "db", ":".repeat(60), " ::1")) {
            Problem problem = problem(Map.of("client", List.of(other)));
            assertThat(problem.parameter()).contains("client");
            assertThat(problem.allowed().orElseThrow().toString()).contains("2001:db8::7");
        }
    }

    @Test
    void aPageBeginsWhereAnAnswerHasSaid() {
        assertThat(problem(Map.of("after", List.of("7")))
                        .allowed()
                        .orElseThrow()
                        .toString())
                .contains("next of an earlier answer");
    }

    @Test
    void oneValueOnlyWhereOnlyOneMakesSense() {
        assertThat(problem(Map.of("limit", List.of("1", "2"))).detail()).contains("at most 1");
        assertThat(problem(Map.of("state", java.util.Collections.nCopies(21, "idle")))
                        .detail())
                .contains("at most 20");
    }

    @Test
    void whateverIsGivenItIsAcceptedOrNamed() {
        Random random = new Random(5);
        String[] names = {"user", "client", "after", "state", "class", "minIdle", "sort", "limit", "query", "x"};
        String[] bits = {
            "idle", "-", "1", "9999999999999999", "m", "\u0000", "'", "\ud800", "😀", " ", "", "%", "5m", "\n"
        };
        for (int round = 0; round < 50_000; round++) {
            Map<String, List<String>> given = new LinkedHashMap<>();
            for (int i = random.nextInt(3); i >= 0; i--) {
                List<String> values = new ArrayList<>();
                for (int j = random.nextInt(3); j >= 0; j--) {
                    values.add(bits[random.nextInt(bits.length)] + bits[random.nextInt(bits.length)]);
                }
                given.put(names[random.nextInt(names.length)], values);
            }
            try {
                Arguments arguments = Arguments.of(given, ACCEPTED);
                assertThat(arguments.whole(Parameter.LIMIT, 1)).isBetween(1, 1000);
                arguments
                        .span(Parameter.MIN_IDLE)
                        .ifPresent(span -> assertThat(span).isGreaterThanOrEqualTo(Duration.ZERO));
            } catch (ProblemException refused) {
                assertThat(refused.problem().status()).isEqualTo(422);
                assertThat(given).containsKey(refused.problem().parameter().orElseThrow());
            }
        }
    }
}
