package com.terafy.ra.migration;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.resource.LoadableResource;
import org.jspecify.annotations.Nullable;

/**
 * The SQL of the migration, as it was packed beside this class, and the only one that Flyway gets to see.
 *
 * <p>Flyway is not left to scan the class path: a server may keep archives in a file system of its own (WildFly does),
 * where scanning depends on classes that a resource adapter cannot see.
 */
final class MigrationScript extends LoadableResource implements ResourceProvider {

    static final String FILE_NAME = "20251124000000_create_app_user.sql";

    private final String text;

    private MigrationScript(String text) {
        this.text = text;
    }

    static MigrationScript load() {
        try (InputStream in = MigrationScript.class.getResourceAsStream(FILE_NAME)) {
            if (in == null) {
                throw new IllegalStateException(FILE_NAME + " is missing beside " + MigrationScript.class.getName());
            }
            return new MigrationScript(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    String text() {
        return text;
    }

    @Override
    public Reader read() {
        return new StringReader(text);
    }

    @Override
    public String getAbsolutePath() {
        return FILE_NAME;
    }

    @Override
    public String getAbsolutePathOnDisk() {
        return FILE_NAME;
    }

    @Override
    public String getFilename() {
        return FILE_NAME;
    }

    @Override
    public String getRelativePath() {
        return FILE_NAME;
    }

    @Override
    public @Nullable LoadableResource getResource(String name) {
        return name.equals(FILE_NAME) ? this : null;
    }

    /** Also asked for callbacks and repeatable migrations, by other prefixes and suffixes; there are none. */
    @Override
    public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
        boolean wanted = FILE_NAME.startsWith(prefix) && Arrays.stream(suffixes).anyMatch(FILE_NAME::endsWith);
        return wanted ? List.of(this) : List.of();
    }
}
