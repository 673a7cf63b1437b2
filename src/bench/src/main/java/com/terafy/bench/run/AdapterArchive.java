package com.terafy.bench.run;

import com.terafy.bench.empty.EmptyManagedConnectionFactory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** The adapter of an EAR as an archive of its own, with the EAR's library in it and pools of other names. */
final class AdapterArchive {

    private static final Pattern DEFINITION =
            Pattern.compile("<connection-definition .*</connection-definition>", Pattern.DOTALL);

    private static final List<String> EMPTY_CLASSES = List.of(
            "EmptyResourceAdapter",
            "EmptyManagedConnectionFactory",
            "EmptyManagedConnection",
            "EmptyConnectionFactory",
            "EmptyConnection");

    private AdapterArchive() {}

    /**
     * Writes it.
     *
     * @param pools names of its pools; one is bound at {@code java:/} and its name and {@code DS}
     */
    static void make(Path ear, Path rar, List<String> pools) throws IOException {
        try (ZipFile whole = new ZipFile(ear.toFile());
                ZipInputStream adapter = new ZipInputStream(open(whole, "terafy-ra.rar"));
                ZipOutputStream made = new ZipOutputStream(Files.newOutputStream(rar))) {
            for (ZipEntry entry = adapter.getNextEntry(); entry != null; entry = adapter.getNextEntry()) {
                byte[] content = adapter.readAllBytes();
                add(
                        made,
                        entry.getName(),
                        entry.getName().endsWith("ironjacamar.xml") ? with(pools, content) : content);
            }
            try (InputStream api = open(whole, "lib/terafy-api.jar")) {
                add(made, "terafy-api.jar", api.readAllBytes());
            }
        }
    }

    /** One that does nothing, and of which the container is told the same. */
    static void makeEmpty(Path ear, Path rar) throws IOException {
        try (ZipFile whole = new ZipFile(ear.toFile());
                ZipInputStream adapter = new ZipInputStream(open(whole, "terafy-ra.rar"));
                ZipOutputStream made = new ZipOutputStream(Files.newOutputStream(rar))) {
            for (ZipEntry entry = adapter.getNextEntry(); entry != null; entry = adapter.getNextEntry()) {
                if (entry.getName().endsWith("ironjacamar.xml")) {
                    add(made, entry.getName(), ofEmpty(adapter.readAllBytes()));
                }
            }
            add(made, "META-INF/ra.xml", resource("ra.xml"));
            ByteArrayOutputStream classes = new ByteArrayOutputStream();
            try (ZipOutputStream jar = new ZipOutputStream(classes)) {
                for (String name : EMPTY_CLASSES) {
                    add(jar, "com/terafy/bench/empty/" + name + ".class", resource(name + ".class"));
                }
            }
            add(made, "empty.jar", classes.toByteArray());
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream resource =
                Objects.requireNonNull(EmptyManagedConnectionFactory.class.getResourceAsStream(name), name)) {
            return resource.readAllBytes();
        }
    }

    private static byte[] ofEmpty(byte[] descriptor) {
        return new String(descriptor, StandardCharsets.UTF_8)
                .replace(
                        "com.terafy.ra.spi.TerafyManagedConnectionFactory",
                        EmptyManagedConnectionFactory.class.getName())
                .replace("java:/TerafyDS", "java:/EmptyCF")
                .replace("pool-name=\"TerafyDS\"", "pool-name=\"Empty\"")
                .replaceFirst("<config-property .*</config-property>", "")
                .replaceFirst("(?s)<recovery>.*</recovery>", "<recovery no-recovery=\"true\"/>")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static InputStream open(ZipFile archive, String name) throws IOException {
        ZipEntry entry = archive.getEntry(name);
        if (entry == null) {
            throw new IllegalStateException(archive.getName() + " has no " + name);
        }
        return new ByteArrayInputStream(archive.getInputStream(entry).readAllBytes());
    }

    /** Once more for each name what the descriptor says of the one pool. */
    private static byte[] with(List<String> pools, byte[] descriptor) {
        return DEFINITION
                .matcher(new String(descriptor, StandardCharsets.UTF_8))
                .replaceFirst(match -> pools.stream()
                        .map(pool -> match.group()
                                .replace("java:/TerafyDS", "java:/" + pool + "DS")
                                .replace("pool-name=\"TerafyDS\"", "pool-name=\"" + pool + "\"")
                                .replace(">TerafyDS<", ">" + pool + "<"))
                        .collect(Collectors.joining()))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static void add(ZipOutputStream archive, String name, byte[] content) throws IOException {
        archive.putNextEntry(new ZipEntry(name));
        archive.write(content);
        archive.closeEntry();
    }
}
