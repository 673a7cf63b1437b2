package com.terafy.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A user of the server's application realm, as {@code add-user.sh -a} would make it.
 *
 * @param roles what the user may do
 */
record ApplicationUser(String name, String password, List<String> roles) {

    void addTo(Path configuration) throws IOException {
        append(configuration.resolve("application-users.properties"), name + "=" + hash());
        append(configuration.resolve("application-roles.properties"), name + "=" + String.join(",", roles));
    }

    private static void append(Path file, String line) throws IOException {
        Files.writeString(file, "\n" + line + "\n", StandardOpenOption.APPEND);
    }

    /** The properties realm keeps this digest instead of the password. */
    private String hash() {
        try {
            byte[] text = (name + ":ApplicationRealm:" + password).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(text));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public String toString() {
        return name + " " + roles;
    }
}
