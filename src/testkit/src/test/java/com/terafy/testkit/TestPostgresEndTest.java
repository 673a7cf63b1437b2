package com.terafy.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a server when it or its JVM ends: nothing. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TestPostgresEndTest {

    @Test
    void closingEndsTheProcessesAndDeletesTheDirectory() {
        TestPostgres postgres = TestPostgres.builder().start();
        Remains remains = Remains.of(postgres);

        postgres.close();
        postgres.close();

        remains.assertGone();
        assertThatIllegalStateException().isThrownBy(postgres::start).withMessageContaining("closed");
    }

    @Test
    void aServerThatCannotStartSaysWhyAndLeavesNothing(@TempDir Path parent) throws IOException {
        Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxr-xr-x"));

        assertThatIllegalStateException()
                .isThrownBy(() -> TestPostgres.builder()
                        .in(parent)
                        .with("max_connections", "many")
                        .start())
                .withMessageContaining("invalid value for parameter \"max_connections\"");

        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void theServerEndsWithAnOrderlyExitOfItsJvm() throws Exception {
        Child child = Child.start();
        child.process().getOutputStream().close();

        assertThat(child.process().waitFor()).isZero();
        child.remains().assertGone();
    }

    @Test
    void theServerEndsWhenItsJvmIsKilledEvenIfItIsFrozen() throws Exception {
        Child child = Child.start("freeze");
        child.process().destroyForcibly().waitFor();

        await().atMost(Duration.ofSeconds(15)).untilAsserted(child.remains()::assertGone);
    }

    /** The server's processes and its directory. */
    record Remains(Path home, List<ProcessHandle> processes) {

        static Remains of(TestPostgres postgres) {
            return new Remains(postgres.home(), postgres.processes());
        }

        void assertGone() {
            assertThat(processes).isNotEmpty().noneMatch(ProcessHandle::isAlive);
            assertThat(home).doesNotExist();
        }
    }

    /** Another JVM with a server, and what that server consists of. */
    record Child(Process process, Remains remains) {

        static Child start(String... arguments) throws IOException {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    ServerInAnotherJvm.class.getName()));
            command.addAll(List.of(arguments));
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            BufferedReader output =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            Path home = Path.of(output.readLine());
            List<ProcessHandle> processes = Stream.of(output.readLine().split(" "))
                    .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream())
                    .toList();
            return new Child(process, new Remains(home, processes));
        }
    }
}
