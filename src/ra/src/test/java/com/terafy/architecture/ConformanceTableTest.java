package com.terafy.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tables of rules in the packages' documentation name tests that there are. */
class ConformanceTableTest {

    private static final Path TESTS = Path.of("src", "test", "java");
    private static final Path CONTAINER_TESTS = Path.of("..", "it").resolve(TESTS);
    private static final Pattern ROW = Pattern.compile("<tr><td>.*?</tr>", Pattern.DOTALL);
    private static final Pattern NAMED = Pattern.compile("\\{@code (\\w+)#(\\w+)}");

    private static final Pattern LITERAL = Pattern.compile("\"(\\\\.|[^\"\\\\\n])*\"");

    private final Map<String, String> sources = new HashMap<>();

    ConformanceTableTest() throws IOException {
        for (Path root : List.of(TESTS, CONTAINER_TESTS)) {
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    String type = file.getFileName().toString().replace(".java", "");
                    sources.put(type, LITERAL.matcher(Files.readString(file)).replaceAll(""));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"spi", "handles"})
    void everyRowNamesTestsThatThereAre(String name) throws IOException {
        String table = Files.readString(TESTS.resolve(Path.of("com", "terafy", "ra", name, "package-info.java")));
        List<String> rows = ROW.matcher(table).results().map(row -> row.group()).toList();

        assertThat(rows)
                .hasSizeGreaterThan(15)
                .allMatch(row -> NAMED.matcher(row).find());
        assertThat(missing(table)).isEmpty();
    }

    private List<String> missing(String text) {
        List<String> missing = new ArrayList<>();
        Matcher named = NAMED.matcher(text);
        while (named.find()) {
            if (!isTest(named.group(1), named.group(2))) {
                missing.add(named.group(1) + "#" + named.group(2));
            }
        }
        return missing;
    }

    /** A method after an annotation that makes a test of it, with at most a few further annotations between. */
    private boolean isTest(String type, String method) {
        return Pattern.compile("@(Test|ParameterizedTest)\\b[^;{}]*(\\{[^{}]*})?[^;{}]*\\bvoid " + method + "\\(")
                .matcher(sources.getOrDefault(type, ""))
                .find();
    }

    @Test
    void aTestThatIsNotThereIsFound() {
        assertThat(missing("{@code EventsTest#noSuchTest} {@code NoSuchTest#a} {@code EventsTest#borrow}"))
                .containsExactly("EventsTest#noSuchTest", "NoSuchTest#a", "EventsTest#borrow");
    }
}
