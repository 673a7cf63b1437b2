package com.terafy.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said before a build begins, on machines that have everything, something or nothing. */
class PreflightTest {

    private static final String EVERYTHING = "[MavenProject: com.terafy:terafy-ra:1.0.0-SNAPSHOT @ /x/src/ra/pom.xml,"
            + " MavenProject: com.terafy:terafy-it:1.0.0-SNAPSHOT @ /x/src/it/pom.xml]";

    @TempDir
    private Path programs;

    private Preflight of(String goals, String... properties) {
        Map<String, String> build = new HashMap<>(Map.of(
                "goals",
                "[" + goals + "]",
                "projects",
                EVERYTHING,
                "skipTests",
                "${skipTests}",
                "test",
                "${test}",
                "it.chromium",
                programs.resolve("chromium").toString()));
        for (String property : properties) {
            build.put(property.substring(0, property.indexOf('=')), property.substring(property.indexOf('=') + 1));
        }
        return new Preflight(build, List.of(programs));
    }

    private Path install(String program) throws IOException {
        Path file = Files.createFile(programs.resolve(program));
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    @Test
    void verifyNamesAllThatIsMissingAndHowToGetIt() {
        Preflight preflight = of("clean, verify");
        assertThat(preflight.forbids()).isTrue();
        assertThat(preflight.report())
                .contains(
                        "PgBouncer", "Chromium", "apt-get install chromium pgbouncer", "-Dit.chromium=", "-DskipTests");
    }

    @Test
    void verifyBeginsWhereEverythingIsThereAndSaysWhatItFound() throws IOException {
        Path chromium = install("chromium");
        Path pgbouncer = install("pgbouncer");
        Preflight preflight = of("verify");
        assertThat(preflight.forbids()).isFalse();
        assertThat(preflight.report()).isEqualTo("For the tests: " + pgbouncer + ", " + chromium + "\n");
    }

    @Test
    void anotherChromiumThatIsThereIsNamed() throws IOException {
        install("pgbouncer");
        Path other = install("google-chrome");
        assertThat(of("verify").report()).contains("there is " + other).doesNotContain("PgBouncer");
        assertThat(of("verify", "it.chromium=" + other).forbids()).isFalse();
    }

    @Test
    void anotherPgBouncerIsTakenWhereItIsNamed() throws IOException {
        install("chromium");
        Path newer = install("pgbouncer-1.24");
        assertThat(of("verify").report()).contains("-Dit.pgbouncer=");
        assertThat(of("verify", "it.pgbouncer=" + newer).report()).startsWith("For the tests: " + newer);
        assertThat(of("verify", "it.pgbouncer=" + programs.resolve("none")).forbids())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"validate", "compile", "clean", "spotless:apply"})
    void whoRunsNoTestsNeedsNothing(String goals) {
        assertThat(of(goals).forbids()).isFalse();
        assertThat(of(goals).report()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"skipTests=true", "maven.test.skip=true", "test=PoolTest", "it.test=PoolIT"})
    void whoSkipsOrNamesTestsIsLeftAlone(String property) {
        assertThat(of("verify", property).forbids()).isFalse();
        assertThat(of("verify", property).report()).isEmpty();
    }

    @Test
    void packageGoesOnAndSaysWhichTestsWillFail() {
        Preflight preflight = of("package");
        assertThat(preflight.forbids()).isFalse();
        assertThat(preflight.report()).contains("PgBouncer").doesNotContain("Chromium");
    }

    @Test
    void onlyTheModulesOfTheBuildCount() {
        assertThat(of("verify", "projects=[MavenProject: com.terafy:terafy-pool:1 @ /x]")
                        .report())
                .isEmpty();
        assertThat(of("verify", "projects=[MavenProject: com.terafy:terafy-it:1 @ /x]")
                        .report())
                .contains("Chromium")
                .doesNotContain("PgBouncer");
        assertThat(of("verify", "projects=[MavenProject: com.terafy:terafy-it:1 @ /x]", "skipITs=true")
                        .report())
                .isEmpty();
    }

    @Test
    void theExampleRunSaysWhatItDoesAndThatItsPortIsTaken() throws IOException {
        String[] run = {"example.run=true", "maven.test.skip=true", "terafy.management.port=0"};
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Preflight preflight = of("verify", run[0], run[1], run[2], "terafy.http.port=" + taken.getLocalPort());
            assertThat(preflight.forbids()).isTrue();
            assertThat(preflight.report())
                    .contains(
                            "Port " + taken.getLocalPort() + " is taken",
                            "-Dterafy.http.port=" + (taken.getLocalPort() + 1));
        }
        Preflight preflight = of("verify", run[0], run[1], run[2], "terafy.http.port=0");
        assertThat(preflight.forbids()).isFalse();
        assertThat(preflight.report()).contains("Maven Central", "PostgreSQL", "WildFly");
    }

    @Test
    void theRefusalIsLeftForMavenAndTakenBack() throws IOException {
        Path refusal = programs.resolve("target/refusal.txt");
        String where = "refusal=" + refusal;
        String projects = "projects=[MavenProject: com.terafy:terafy-it:1 @ /x]";
        Preflight.main(new String[] {where, "goals=[verify]", projects, "it.chromium=" + programs.resolve("nothing")});
        assertThat(refusal).content().contains("Chromium");
        Preflight.main(new String[] {where, "goals=[verify]", projects, "it.chromium=" + install("chromium")});
        assertThat(refusal).doesNotExist();
    }
}
