package com.terafy.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What terafy.ear carries of others: all of it is named with its licence, and no clock is in it. */
class ShippedIT {

    private static final String NOTICES = "META-INF/THIRD-PARTY.md";
    private static final String LICENCES = "META-INF/licenses/";

    /** The first cell of a row of the table. */
    private static final Pattern SHIPPED = Pattern.compile("(?m)^\\| `([^`]+)` \\|");

    private static final Pattern LINK = Pattern.compile("\\]\\((licenses/[^)]+)\\)");
    private static final Pattern VENDORED = Pattern.compile("(?:^|[/!])(vendor/[^/]+)/.*");

    /** In the driver's list of what is shaded into it. */
    private static final Pattern SHADED = Pattern.compile("(?m)^\\* (\\S+)$");

    /** In the bill of materials: artifact and version of what is not our own. */
    private static final Pattern OTHERS =
            Pattern.compile("\"purl\" : \"pkg:maven/(?!com\\.terafy/)[^/]+/([^@]+)@([^?]+)\\?type=jar\"");

    /** By its path, with that of the archives that it is in before it. */
    private static final Map<String, byte[]> FILES = new TreeMap<>();

    /** The times of the entries in archives of our own. */
    private static final Map<String, LocalDateTime> TIMES = new TreeMap<>();

    @BeforeAll
    static void read() throws IOException {
        unpack("", Files.readAllBytes(Archives.earFile()));
    }

    private static void unpack(String inside, byte[] archive) throws IOException {
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                String path = inside + entry.getName();
                TIMES.put(path, entry.getTimeLocal());
                if (entry.isDirectory()) {
                    continue;
                }
                byte[] content = zip.readAllBytes();
                FILES.put(path, content);
                if (nameOf(path).matches("terafy-.*\\.(jar|rar|war)")) {
                    unpack(path + "!", content);
                }
            }
        }
    }

    private static String nameOf(String path) {
        return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('!')) + 1);
    }

    private static String text(String path) {
        return new String(FILES.get(path), StandardCharsets.UTF_8);
    }

    private static Set<String> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everythingOfOthersIsNamedAndNothingElse() throws IOException {
        Set<String> carried = new TreeSet<>();
        for (Map.Entry<String, byte[]> file : FILES.entrySet()) {
            String name = nameOf(file.getKey());
            if (name.endsWith(".jar") && !name.startsWith("terafy-")) {
                carried.add(name);
                carried.addAll(shadedInto(file.getValue()));
            }
            VENDORED.matcher(file.getKey())
                    .results()
                    .map((MatchResult found) -> found.group(1))
                    .forEach(carried::add);
        }
        assertThat(carried).as("in %s", Archives.earFile()).isEqualTo(found(SHIPPED, text(NOTICES)));
    }

    private static Set<String> shadedInto(byte[] jar) throws IOException {
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(jar))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (entry.getName().equals("META-INF/LICENSE")) {
                    return found(SHADED, new String(zip.readAllBytes(), StandardCharsets.UTF_8));
                }
            }
        }
        return Set.of();
    }

    @Test
    void everyLicenceIsInTheArchive() {
        Set<String> linked = found(LINK, text(NOTICES));
        Set<String> there = FILES.keySet().stream()
                .filter(path -> path.startsWith(LICENCES))
                .map(path -> path.substring("META-INF/".length()))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(linked).isNotEmpty().isEqualTo(there);
    }

    /** Two builds of the same sources are the same, byte for byte, only where no entry bears the time of its build. */
    @Test
    void everyEntryBearsTheTimeOfTheSourcesAndNotThatOfTheBuild() {
        LocalDateTime time =
                LocalDateTime.parse(System.getProperty("it.output.timestamp").replace("Z", ""));
        assertThat(TIMES)
                .hasSizeGreaterThan(100)
                .allSatisfy((path, entry) -> assertThat(entry).isEqualTo(time));
    }

    /** Written where Maven is online, see CONTRIBUTING: only where it is not, there may be none, or that of an earlier build. */
    @Test
    void theBillOfMaterialsNamesEveryJarAndNothingElse() throws IOException {
        Path bill = Archives.earFile().resolveSibling("terafy-sbom.json");
        assumeThat(isFresh(bill) || !System.getProperty("it.maven").equals("offline=true"))
                .as("Maven is offline, and has not written %s", bill)
                .isTrue();
        assertThat(isFresh(bill)).as("%s is of this build", bill).isTrue();
        Set<String> billed = OTHERS.matcher(Files.readString(bill))
                .results()
                .map(found -> found.group(1) + "-" + found.group(2) + ".jar")
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> jars = found(SHIPPED, text(NOTICES)).stream()
                .filter(name -> name.endsWith(".jar"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(billed).isEqualTo(jars);
    }

    private static boolean isFresh(Path bill) throws IOException {
        return Files.exists(bill)
                && Files.getLastModifiedTime(bill).compareTo(Files.getLastModifiedTime(Archives.earFile())) >= 0;
    }
}
