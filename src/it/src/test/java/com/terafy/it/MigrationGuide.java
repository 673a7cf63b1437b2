package com.terafy.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The tables of {@code .github/migration.md} and its translation. */
enum MigrationGuide {
    ENGLISH("migration.md"),
    PORTUGUESE("migration.pt-BR.md");

    private static final Path DIRECTORY = Path.of("../../.github");
    private static final Pattern NAME = Pattern.compile("`([A-Za-z-]+)`");

    private final String file;

    MigrationGuide(String file) {
        this.file = file;
    }

    /**
     * The names in the first column of a table.
     *
     * @param number of the table in the guide, from 1
     */
    Set<String> names(int number) {
        Set<String> names = new TreeSet<>();
        int table = 0;
        for (String line : lines()) {
            if (line.startsWith("| ---")) {
                table++;
            } else if (table == number && line.startsWith("| `")) {
                NAME.matcher(line.split("\\|")[1]).results().forEach(name -> names.add(name.group(1)));
            }
        }
        return names;
    }

    private List<String> lines() {
        try {
            return Files.readAllLines(DIRECTORY.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
