package com.terafy.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The programs of a {@link PatroniCluster}, installed or unpacked on this machine: Debian's Patroni, etcd, HAProxy and a whole
 * PostgreSQL, with pg_basebackup and pg_rewind, which the tests' own server has not.
 *
 * @param unpacked where {@code .ci/cluster} puts them without installing; need not exist
 * @param directories where programs are, in the order of a PATH
 * @param postgres the directory with PostgreSQL's programs; a relative one if there is none
 */
record ClusterPrograms(Path unpacked, List<Path> directories, Path postgres) {

    private static final Path NOWHERE = Path.of("nowhere");
    private static final List<String> OF_CLUSTER = List.of("patroni", "etcd", "haproxy");
    private static final List<String> OF_POSTGRES = List.of("postgres", "initdb", "pg_basebackup", "pg_rewind");

    ClusterPrograms {
        directories = List.copyOf(directories);
    }

    /** Looks where {@code -Dswitchover.packages} says or {@code .ci/cluster} unpacks, then on the PATH. */
    static ClusterPrograms find() {
        String told = System.getProperty("switchover.packages", "");
        Path unpacked = told.isBlank()
                ? Path.of(System.getenv().getOrDefault("XDG_CACHE_HOME", System.getProperty("user.home") + "/.cache"))
                        .resolve("terafy/cluster")
                : Path.of(told).toAbsolutePath();
        String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin";
        return in(unpacked, path, Path.of("/usr/lib/postgresql"));
    }

    static ClusterPrograms in(Path unpacked, String path, Path postgresVersions) {
        List<Path> directories = new ArrayList<>(List.of(unpacked.resolve("usr/bin"), unpacked.resolve("usr/sbin")));
        Stream.of(path.split(File.pathSeparator))
                .filter(directory -> !directory.isEmpty())
                .map(Path::of)
                .forEach(directories::add);
        Path postgres = newest(unpacked.resolve("usr/lib/postgresql"))
                .or(() -> newest(postgresVersions))
                .orElse(NOWHERE);
        return new ClusterPrograms(unpacked, directories, postgres);
    }

    /** Of Debian's versions beside each other, {@code 15/bin}. */
    private static Optional<Path> newest(Path versions) {
        if (!Files.isDirectory(versions)) {
            return Optional.empty();
        }
        try (Stream<Path> all = Files.list(versions)) {
            return all.map(version -> version.resolve("bin"))
                    .filter(bin -> OF_POSTGRES.stream().allMatch(name -> Files.isExecutable(bin.resolve(name))))
                    .max(Comparator.comparingInt(ClusterPrograms::version));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list " + versions, e);
        }
    }

    private static int version(Path bin) {
        String digits = String.valueOf(bin.getName(bin.getNameCount() - 2)).replaceAll("\\D.*", "");
        return digits.isEmpty() ? 0 : Integer.parseInt(digits);
    }

    /** What this machine has not, and what to do; empty if all is there. */
    String lacking() {
        List<String> missing = new ArrayList<>(
                OF_CLUSTER.stream().filter(name -> program(name).isEmpty()).toList());
        if (postgres.equals(NOWHERE)) {
            missing.add("a PostgreSQL with pg_basebackup and pg_rewind below /usr/lib/postgresql");
        }
        return missing.isEmpty()
                ? ""
                : "Missing for a Patroni cluster: " + String.join(", ", missing)
                        + ". On Debian: .ci/cluster installs them (root), or unpacks them at " + unpacked + ".";
    }

    private Optional<Path> program(String name) {
        return directories.stream()
                .map(directory -> directory.resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Its path. */
    String path(String name) {
        return program(name)
                .orElseThrow(() -> new IllegalStateException(lacking()))
                .toString();
    }

    /** What the programs must have in their environment so that unpacked ones find their libraries. */
    Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put(
                "PATH",
                String.join(
                        File.pathSeparator,
                        Stream.concat(Stream.of(postgres), directories.stream())
                                .map(Path::toString)
                                .toList()));
        environment.put(
                "PYTHONPATH", unpacked.resolve("usr/lib/python3/dist-packages").toString());
        environment.put("LD_LIBRARY_PATH", String.join(File.pathSeparator, libraries()));
        return environment;
    }

    /** Debian has them in a directory of the machine's kind: {@code usr/lib/x86_64-linux-gnu}. */
    private List<String> libraries() {
        Path all = unpacked.resolve("usr/lib");
        if (!Files.isDirectory(all)) {
            return List.of();
        }
        try (Stream<Path> kinds = Files.list(all)) {
            return kinds.map(Path::toString)
                    .filter(name -> name.contains("-linux-"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list " + all, e);
        }
    }
}
