package com.terafy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the programs of a cluster are looked for; the cluster itself is tested by SwitchoverIT. */
class ClusterProgramsTest {

    @TempDir
    private Path directory;

    private void program(String name) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.createFile(file);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private ClusterPrograms find() {
        return ClusterPrograms.in(
                directory.resolve("unpacked"), directory.resolve("bin").toString(), directory.resolve("installed"));
    }

    @Test
    void whatIsMissingIsNamedWithWhatToDo() throws IOException {
        program("bin/patroni");
        program("installed/15/bin/postgres");

        assertThat(find().lacking())
                .startsWith(
                        "Missing for a Patroni cluster: etcd, haproxy, a PostgreSQL with pg_basebackup and pg_rewind")
                .contains(".ci/cluster")
                .contains(directory.resolve("unpacked").toString());
    }

    @Test
    void unpackedProgramsAreFoundWithTheirLibrariesAndTheNewestPostgres() throws IOException {
        program("unpacked/usr/bin/patroni");
        program("unpacked/usr/bin/etcd");
        program("bin/haproxy");
        for (String version : new String[] {"9", "15"}) {
            for (String name : new String[] {"postgres", "initdb", "pg_basebackup", "pg_rewind"}) {
                program("installed/" + version + "/bin/" + name);
            }
        }
        Files.createDirectories(directory.resolve("unpacked/usr/lib/x86_64-linux-gnu"));

        ClusterPrograms programs = find();

        assertThat(programs.lacking()).isEmpty();
        assertThat(programs.path("haproxy"))
                .isEqualTo(directory.resolve("bin/haproxy").toString());
        assertThat(programs.postgres()).isEqualTo(directory.resolve("installed/15/bin"));
        assertThat(programs.environment().get("LD_LIBRARY_PATH"))
                .isEqualTo(
                        directory.resolve("unpacked/usr/lib/x86_64-linux-gnu").toString());
        assertThat(programs.environment().get("PYTHONPATH")).contains("unpacked");
    }
}
