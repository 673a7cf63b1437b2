package com.terafy.bench.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** What is in an archive, and in the archives in it, with the bytes that it takes there. */
record ArchiveParts(String name, long bytes, List<ArchiveParts> parts) {

    static ArchiveParts of(Path file) throws IOException {
        try (ZipInputStream archive = new ZipInputStream(Files.newInputStream(file))) {
            return new ArchiveParts(String.valueOf(file.getFileName()), Files.size(file), partsOf(archive));
        }
    }

    private static List<ArchiveParts> partsOf(ZipInputStream archive) throws IOException {
        List<ArchiveParts> parts = new ArrayList<>();
        for (ZipEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
            // Not closed: that would close the archive around it
            List<ArchiveParts> inner =
                    entry.getName().matches(".*\\.[rw]ar") ? partsOf(new ZipInputStream(archive)) : List.of();
            archive.closeEntry(); // only now its size is known
            parts.add(new ArchiveParts(entry.getName(), entry.getCompressedSize(), inner));
        }
        parts.sort(Comparator.comparingLong(ArchiveParts::bytes).reversed());
        return parts;
    }

    /** One line for each part of at least that size, indented by depth. */
    String text(long atLeast) {
        return text("", atLeast);
    }

    private String text(String indent, long atLeast) {
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "  %,11d  %s%s%n", bytes, indent, name));
        parts.stream()
                .filter(part -> part.bytes() >= atLeast)
                .forEach(part -> text.append(part.text(indent + "  ", atLeast)));
        return text.toString();
    }
}
