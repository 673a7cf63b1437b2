package com.terafy.monitor.webapp;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.CleanupReason;
import com.terafy.api.ConnectionState;
import com.terafy.api.HistoryKind;
import com.terafy.api.HistoryOutcome;
import com.terafy.monitor.backends.BackendClass;
import com.terafy.monitor.backends.TruthGap;
import com.terafy.monitor.json.JsonNames;
import com.terafy.monitor.openapi.BodyMember;
import com.terafy.monitor.snapshot.DatabaseStatus;
import jakarta.json.Json;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The words of the dashboard, and what its files must not contain. */
class WebappTest {

    private static final Path WEBAPP = Path.of("src/main/webapp");

    /** A key of which a part is put in later. */
    private static final Pattern PREFIX = Pattern.compile("(?:word\\('|`)([a-z-]+)(?:'|\\.)");

    private static final Pattern KEY = Pattern.compile("'([a-z-]+\\.[a-zA-Z-]+(?:\\.[a-z-]+)?)'");

    private static Map<String, String> words(String language) throws IOException {
        try (JsonReader reader =
                Json.createReader(Files.newBufferedReader(WEBAPP.resolve("i18n/" + language + ".json")))) {
            Map<String, String> words = new TreeMap<>();
            reader.readObject().forEach((key, value) -> words.put(key, ((jakarta.json.JsonString) value).getString()));
            return words;
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** What we have written ourselves, by its endings. */
    private static List<Path> own(String... endings) throws IOException {
        try (Stream<Path> files = Files.walk(WEBAPP)) {
            return files.filter(file -> !file.startsWith(WEBAPP.resolve("vendor")))
                    .filter(file -> Arrays.stream(endings).anyMatch(file.toString()::endsWith))
                    .toList();
        }
    }

    private static Set<String> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(result -> result.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void portugueseAndEnglishHaveTheSameKeysAndPlaceholders() throws IOException {
        Map<String, String> english = words("en");
        Map<String, String> portuguese = words("pt");
        assertThat(portuguese.keySet()).isEqualTo(english.keySet());
        Pattern placeholder = Pattern.compile("(\\{\\w+})");
        assertThat(english)
                .allSatisfy((key, text) -> assertThat(found(placeholder, portuguese.get(key)))
                        .as(key)
                        .isEqualTo(found(placeholder, text)));
        assertThat(portuguese.values()).noneMatch(String::isBlank);
    }

    @Test
    void everyKeyThatIsUsedHasWordsAndEveryWordIsUsed() throws IOException {
        Set<String> known = words("en").keySet();
        String sources = own(".js", ".html").stream().map(WebappTest::read).collect(Collectors.joining());
        Set<String> used = found(KEY, sources);
        used.removeIf(key -> key.startsWith("terafy."));
        used.removeIf(key -> key.endsWith(".js"));
        used.addAll(found(Pattern.compile("data-t=\"([^\"]+)\""), sources));
        assertThat(used).allMatch(key -> known.contains(key) || known.contains(key + ".other"));
        Set<String> groups = found(PREFIX, sources);
        assertThat(known)
                .allMatch(key -> used.contains(key)
                        || used.contains(key.replaceFirst("\\.(one|other)$", ""))
                        || groups.contains(key.replaceFirst("\\..*", "")));
    }

    @Test
    void everyConstantOfTheApiHasItsWord() throws IOException {
        Set<String> known = words("en").keySet();
        Map<String, Enum<?>[]> groups = Map.of(
                "connection-state", ConnectionState.values(),
                "class", BackendClass.values(),
                "gap", TruthGap.Kind.values(),
                "reason", CleanupReason.values(),
                "verdict.down", DatabaseStatus.Cause.values(),
                "history-kind", HistoryKind.values(),
                "history-outcome", HistoryOutcome.values());
        groups.forEach((group, constants) -> assertThat(known)
                .containsAll(Arrays.stream(constants)
                        .map(constant -> group + "." + JsonNames.of(constant))
                        .toList()));
    }

    @Test
    void theReasonsThatEndABackendAreThoseOfTheApi() {
        List<String> ends = Arrays.stream(CleanupReason.values())
                .filter(CleanupReason::ends)
                .map(JsonNames::of)
                .toList();
        String list = ends.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", "));
        assertThat(read(WEBAPP.resolve("js/actions.js"))).contains("const ENDS = [" + list + "];");
    }

    @Test
    void theSettingsThatTheDialogChangesAreThoseOfTheApi() {
        String list = BodyMember.SETTINGS.stream()
                .map(member -> "    '" + member.text() + "',\n")
                .collect(Collectors.joining());
        assertThat(read(WEBAPP.resolve("js/actions.js"))).contains("const CHANGEABLE = [\n" + list + "];");
    }

    @Test
    void thePageHasNoScriptAndNoStyleOfItsOwn() {
        assertThat(read(WEBAPP.resolve("index.html")))
                .doesNotContainPattern("<script(?![^>]* src=)")
                .doesNotContain("<style")
                .doesNotContainPattern("\\s(style|on[a-z]+)=")
                .doesNotContain("javascript:");
    }

    @Test
    void nothingIsWrittenAsHtml() throws IOException {
        assertThat(own(".js"))
                .hasSizeGreaterThan(10)
                .allSatisfy(file -> assertThat(read(file))
                        .doesNotContainPattern(
                                "innerHTML|insertAdjacentHTML|document\\.write|DOMParser|\\beval\\(|new Function"));
    }

    @Test
    void nothingComesFromElsewhere() throws IOException {
        assertThat(own(".js", ".css", ".html"))
                .allSatisfy(file -> assertThat(read(file)).doesNotContainPattern("https?://|//cdn"));
    }

    @Test
    void vendoredFilesAreThoseOfTheList() throws IOException, NoSuchAlgorithmException {
        Path vendored = WEBAPP.resolve("vendor/uplot");
        List<MatchResult> lines = Pattern.compile("\\| (\\S+) \\| \\S+ \\| ([0-9a-f]{64}) \\|")
                .matcher(read(vendored.resolve("VENDORED.md")))
                .results()
                .toList();
        assertThat(lines).hasSize(3);
        for (MatchResult line : lines) {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(vendored.resolve(line.group(1))));
            assertThat(HexFormat.of().formatHex(digest)).as(line.group(1)).isEqualTo(line.group(2));
        }
    }
}
