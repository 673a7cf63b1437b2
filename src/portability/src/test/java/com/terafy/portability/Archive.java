package com.terafy.portability;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** Writes what is deployed. */
final class Archive {

    private Archive() {}

    /** The adapter with the API in it: standing alone it has no EAR to find that in. */
    static void adapter(Path rar, Path apiJar, Path target) {
        try (ZipInputStream from = new ZipInputStream(Files.newInputStream(rar));
                ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(target))) {
            for (ZipEntry entry = from.getNextEntry(); entry != null; entry = from.getNextEntry()) {
                to.putNextEntry(new ZipEntry(entry.getName()));
                from.transferTo(to);
            }
            to.putNextEntry(new ZipEntry("terafy-api.jar"));
            Files.copy(apiJar, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An application of one class. */
    static void application(Class<?> servlet, Path target) {
        String file = servlet.getName().replace('.', '/') + ".class";
        try (OutputStream out = Files.newOutputStream(target);
                ZipOutputStream to = new ZipOutputStream(out);
                InputStream bytes = servlet.getClassLoader().getResourceAsStream(file)) {
            to.putNextEntry(new ZipEntry("WEB-INF/classes/" + file));
            bytes.transferTo(to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
